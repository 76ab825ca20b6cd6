package io.meshtransformer.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.training.checkpoint.CheckpointException.Damaged;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done to the newest checkpoint, it is named, and the one before is used. */
class DamagedCheckpointTest {
    @TempDir
    private Path folder;

    private CheckpointCatalog catalog;

    @BeforeEach
    void commitTwo() throws IOException {
        var tokenizer = folder.resolve("tokenizer.json");
        Files.writeString(tokenizer, "{\"model\": null}");
        var checkpoints = folder.resolve("checkpoints");
        try (var store = CheckpointStore.open(checkpoints, RetentionRule.DEFAULT, InstantSource.system(), 1000)) {
            for (var step = 1; step <= 2; step++) {
                store.commit(NumberedState.of(step), NumberedState.info(step, 3, List.of(tokenizer)));
            }
            catalog = store.catalog();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.json",
                "model-00001-of-00006.safetensors",
                "model-00006-of-00006.safetensors",
                "model.safetensors.index.json",
                "state/training-00002-of-00012.safetensors",
                "tokenizer.json",
                "manifest.json",
                "manifest.sha256"
            })
    void aFileIsFlippedCutOffOrLost(String name) throws IOException {
        var file = folder.resolve("checkpoints/step-00000002").resolve(name);
        var whole = Files.readAllBytes(file);
        for (var at : new int[] {0, whole.length / 2, whole.length - 1}) {
            flip(file, at);
            requireNamed(file);
            Files.write(file, whole);
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(whole.length - 1);
        }
        requireNamed(file);
        assertThat(catalog.latest().orElseThrow().step()).isEqualTo(1);
        Files.delete(file);
        requireNamed(file);
        assertThat(catalog.survey().skipped()).hasSize(1);
    }

    @Test
    void aCheckpointUnderAnothersNameIsNotTaken() throws IOException {
        Files.move(folder.resolve("checkpoints/step-00000002"), folder.resolve("checkpoints/step-00000003"));
        assertThatThrownBy(() -> catalog.open(3)).hasMessageContaining("its manifest is of step 2");
    }

    private static void flip(Path file, int at) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(one.put(0, (byte) (one.get(0) ^ 0x10)).flip(), at);
        }
    }

    /** The manifest and its hash accuse each other. */
    private void requireNamed(Path file) throws IOException {
        var accused = file.endsWith("manifest.sha256") && Files.exists(file) ? "manifest" : file.toString();
        assertThatThrownBy(() -> catalog.open(2)).isInstanceOf(Damaged.class).hasMessageContaining(accused);
        var latest = catalog.openLatestValid();
        assertThat(latest.skipped()).singleElement().satisfies(skipped -> {
            assertThat(skipped.directory()).hasFileName("step-00000002");
            assertThat(skipped.reason()).hasMessageContaining(accused);
        });
        try (var state = latest.state().orElseThrow()) {
            NumberedState.requireNumbered(state, 1);
        }
    }
}
