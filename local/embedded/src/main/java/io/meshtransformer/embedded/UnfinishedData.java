package io.meshtransformer.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A directory in which data are made before they are given their name, so that data of that name are whole. What a kill
 * left in it was never seen by anybody.
 */
record UnfinishedData(Path directory) {
    private static final long PATIENCE_SECONDS = 10;

    static UnfinishedData beside(Path data) {
        return new UnfinishedData(data.resolveSibling(data.getFileName() + ".unfinished"));
    }

    /** Ends whatever still writes to it, and deletes it. */
    void remove() {
        if (!Files.exists(directory)) {
            return;
        }
        var writers = ProcessHandle.allProcesses()
                .filter(this::writes)
                // The steps of initdb are processes that do not name the directory.
                .flatMap(writer -> Stream.concat(Stream.of(writer), writer.descendants()))
                .toList();
        writers.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(writers);
        Directories.delete(directory);
    }

    private boolean writes(ProcessHandle process) {
        var arguments = List.of(process.info().arguments().orElse(new String[0]));
        return arguments.contains(directory.toString())
                && Stream.concat(process.info().command().stream(), arguments.stream())
                        .anyMatch(word -> word.endsWith("/initdb") || word.endsWith("/postgres"));
    }

    /** They are no children of ours, so nothing tells us their end but looking; one that ended has no command any more. */
    private void awaitEnd(List<ProcessHandle> processes) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (var process : processes) {
            while (process.info().command().isPresent()) {
                if (System.nanoTime() > deadline) {
                    throw new EmbeddedException("process %d, which still writes to %s, cannot be killed"
                            .formatted(process.pid(), directory));
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }
}
