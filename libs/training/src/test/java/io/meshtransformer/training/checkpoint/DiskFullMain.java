package io.meshtransformer.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** Commits while space lasts, goes on when it doesn't, and commits again when there is more. */
final class DiskFullMain {
    private DiskFullMain() {}

    /** @param arguments an empty file system with place for two checkpoints, and the bytes that make it one and a half */
    public static void main(String[] arguments) throws IOException {
        var disk = Path.of(arguments[0]);
        var filler = disk.resolve("filler");
        DurableFiles.write(filler, new byte[Integer.parseInt(arguments[1])]);
        try (var store = CheckpointStore.open(
                disk.resolve("checkpoints"), new RetentionRule(1, 0, false), InstantSource.system())) {
            commit(store, 1);
            commit(store, 2);
            try (var state = store.openLatestValid().state().orElseThrow()) {
                NumberedState.requireNumbered(state, 1);
            }
            try (var left = Files.list(disk.resolve("checkpoints"))) {
                assertThat(left).map(path -> path.getFileName().toString()).containsOnly(".lock", "step-00000001");
            }
            Files.delete(filler);
            commit(store, 3);
            try (var state = store.openLatestValid().state().orElseThrow()) {
                NumberedState.requireNumbered(state, 3);
            }
        }
        System.out.println("done");
    }

    private static void commit(CheckpointStore store, long step) {
        try {
            store.commit(NumberedState.of(step), NumberedState.info(step));
            System.out.println("committed " + step);
        } catch (IOException e) {
            System.out.println("failed " + step + ": " + e.getMessage());
        }
    }
}
