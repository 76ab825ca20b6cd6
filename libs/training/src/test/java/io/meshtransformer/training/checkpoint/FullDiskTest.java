package io.meshtransformer.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
    /** Runs what follows with a small file system of its own on the directory that is its first argument. */
    private static final String MOUNT = "mount -t tmpfs -o size=\"$0\" none \"$1\" && shift && exec \"$@\"";

    @TempDir
    private Path folder;

    @Test
    void aFullDiskFailsTheCommitAndNothingElse() throws IOException, InterruptedException {
        var namespaces = List.of("unshare", "--user", "--map-root-user", "--mount");
        assumeTrue(
                works(namespaces),
                "SKIPPED: a full disk is not tested, this system gives users no mounts of their own (unshare)");
        var disk = Files.createDirectory(folder.resolve("disk"));
        var around = new ArrayList<>(namespaces);
        around.addAll(List.of("sh", "-c", MOUNT, "128k", disk.toString()));
        // Of 32 pages of 4 KB the filler takes 20, a checkpoint 8.
        try (var child = ChildProcess.start(around, DiskFullMain.class, disk.toString(), "81920")) {
            assertThat(child.rest())
                    .containsExactly("committed 1", "failed 2: No space left on device", "committed 3", "done");
        }
    }

    @Test
    void aFileThatCannotGrowFailsTheCommitAndNothingElse() throws IOException, InterruptedException {
        try (var store = store()) {
            store.commit(NumberedState.of(1), NumberedState.info(1));
            assertThat(Files.size(folder.resolve("checkpoints/step-00000001/state/training.safetensors")))
                    .isGreaterThan(8192);
        }
        // Of 512 bytes, or 1024 in some shells.
        var limited = List.of("sh", "-c", "ulimit -f 8 && exec \"$0\" \"$@\"");
        try (var child = ChildProcess.start(
                limited, CommittingMain.class, folder.resolve("checkpoints").toString())) {
            assertThat(child.rest()).containsExactly("begun");
        }
        try (var store = store()) {
            try (var state = store.openLatestValid().state().orElseThrow()) {
                NumberedState.requireNumbered(state, 1);
            }
            store.commit(NumberedState.of(3), NumberedState.info(3));
            assertThat(store.latest().orElseThrow().step()).isEqualTo(3);
        }
    }

    private CheckpointStore store() throws IOException {
        return CheckpointStore.open(folder.resolve("checkpoints"), RetentionRule.DEFAULT, InstantSource.system());
    }

    private static boolean works(List<String> namespaces) throws InterruptedException {
        var command = new ArrayList<>(namespaces);
        command.addAll(List.of("mount", "-t", "tmpfs", "none", "/mnt"));
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
