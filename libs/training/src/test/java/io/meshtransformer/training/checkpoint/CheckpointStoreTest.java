package io.meshtransformer.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.training.StateTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
    private static final Instant NOW = Instant.parse("2025-11-27T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void aCommittedCheckpointIsTheStateThatWasGiven() throws IOException {
        try (var store = store(RetentionRule.DEFAULT)) {
            var given = NumberedState.of(500);
            store.commit(given, NumberedState.info(500, 3.25, List.of()));
            try (var state = store.open(500)) {
                assertThat(state.tensors().keySet())
                        .containsExactlyInAnyOrderElementsOf(given.tensors().keySet());
                assertThat(state.config()).isEqualTo(NumberedState.CONFIG);
                NumberedState.requireNumbered(state, 500);
                var manifest = state.checkpoint().manifest();
                assertThat(manifest.written()).isEqualTo(NOW);
                assertThat(manifest.validationLoss()).isEqualTo(OptionalDouble.of(3.25));
                assertThat(manifest.cursor().path("window").asLong()).isEqualTo(2000);
                assertThat(manifest.configuration().path("run").asText()).isEqualTo("numbered");
            }
            assertThat(folder.resolve("step-00000500")).isDirectoryContaining("glob:**/manifest.json");
        }
    }

    @Test
    void aCheckpointIsAModelDirectoryWithItsTokenizer() throws IOException {
        var tokenizer = Files.createDirectory(folder.resolve("tokenizer"));
        Files.writeString(tokenizer.resolve("tokenizer.json"), "{}");
        Files.writeString(tokenizer.resolve("tokenizer_config.json"), "[]");
        Files.writeString(tokenizer.resolve("notes.txt"), "none of it");
        try (var store = store(RetentionRule.DEFAULT)) {
            var info = NumberedState.info(7, 3, TokenizerFiles.at(tokenizer.resolve("tokenizer.json")));
            var committed = store.commit(NumberedState.of(7), info);
            try (var model = Checkpoint.open(committed.directory())) {
                assertThat(model.config()).isEqualTo(NumberedState.CONFIG);
                assertThat(model.type(GptjTensors.HEAD_WEIGHT)).isEqualTo(DataType.F32);
                var head = new StateTensor(StateTensor.Kind.PARAMETER, GptjTensors.HEAD_WEIGHT);
                assertThat(model.read(GptjTensors.HEAD_WEIGHT)[3]).isEqualTo(NumberedState.value(7, head, 3));
            }
            assertThat(committed.manifest().files())
                    .extracting(ManifestFile::name)
                    .containsExactly(
                            "config.json",
                            "model.safetensors",
                            "state/training.safetensors",
                            "tokenizer.json",
                            "tokenizer_config.json");
        }
        assertThatThrownBy(() -> TokenizerFiles.at(folder.resolve("elsewhere")))
                .hasMessageContaining("elsewhere: a tokenizer is needed there");
    }

    @Test
    void anEmbeddingsBiasIsInTheModelAndStillComesBackBitForBit() throws IOException {
        try (var store = store(RetentionRule.DEFAULT)) {
            var given = NumberedState.withEmbeddingBias(12);
            var committed = store.commit(given, NumberedState.info(12));
            try (var state = store.open(12)) {
                assertThat(state.tensors()).containsAllEntriesOf(given.tensors());
                NumberedState.requireNumbered(state, 12);
            }
            try (var model = Checkpoint.open(committed.directory())) {
                var width = NumberedState.CONFIG.width();
                var folded = model.read(GptjTensors.EMBEDDING);
                for (var i = 0; i < folded.length; i++) {
                    assertThat(folded[i])
                            .isEqualTo(NumberedState.value(12, StateNames.EMBEDDING, i)
                                    + NumberedState.value(12, StateNames.EMBEDDING_BIAS, i % width));
                }
            }
        }
    }

    @Test
    void aLargeStateIsSpreadOverFiles() throws IOException {
        try (var store = CheckpointStore.open(folder, RetentionRule.DEFAULT, () -> NOW, 1000)) {
            var committed = store.commit(NumberedState.of(1), NumberedState.info(1));
            assertThat(committed.manifest().files())
                    .extracting(ManifestFile::name)
                    .contains(
                            "model-00001-of-00006.safetensors",
                            "model.safetensors.index.json",
                            "state/training-00001-of-00012.safetensors");
            try (var state = store.open(1)) {
                NumberedState.requireNumbered(state, 1);
            }
        }
    }

    @Test
    void aCommitThatFailsLeavesNothing() throws IOException {
        try (var store = store(RetentionRule.DEFAULT)) {
            store.commit(NumberedState.of(1), NumberedState.info(1));
            var before = names();
            assertThatThrownBy(() -> store.commit(new FailingState(NumberedState.of(2), 20), NumberedState.info(2)))
                    .hasMessage("the devices are gone");
            var wider = new GptjConfig(16, 8, 16, 1, 2, 4, 64, 1e-5f, 15, 15);
            var info = NumberedState.info(2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.commit(
                            NumberedState.of(2),
                            new CheckpointInfo(
                                    wider, List.of(), info.cursor(), info.configuration(), OptionalDouble.empty())))
                    .withMessage("the state's weight transformer.wte.weight has shape [16, 8],"
                            + " the configuration asks for [16, 16]");
            assertThat(names()).isEqualTo(before);
            assertThat(store.latest().orElseThrow().step()).isEqualTo(1);
        }
    }

    @Test
    void aStepThatIsCommittedAgainReplacesTheEarlierOne() throws IOException {
        try (var store = store(new RetentionRule(2, 0, false))) {
            store.commit(NumberedState.of(5), NumberedState.info(5, 4, List.of()));
            store.commit(NumberedState.of(5), NumberedState.info(5, 2, List.of()));
            assertThat(store.latest().orElseThrow().manifest().validationLoss()).hasValue(2);
            assertThat(names()).containsExactly(".lock", "step-00000005");
        }
    }

    @Test
    void whatAKilledProcessLeftIsClearedAwayAtOpening() throws IOException {
        try (var store = store(RetentionRule.DEFAULT)) {
            store.commit(NumberedState.of(1), NumberedState.info(1));
            store.commit(NumberedState.of(2), NumberedState.info(2));
        }
        Files.move(folder.resolve("step-00000002"), folder.resolve(".step-00000002.replaced-7f"));
        Files.createDirectories(folder.resolve(".step-00000002.partial-a0/state"));
        Files.createDirectories(folder.resolve(".step-00000001.replaced-1"));
        Files.createDirectories(folder.resolve(".step-00000001.deleted-2"));
        try (var store = store(RetentionRule.DEFAULT)) {
            assertThat(names()).containsExactly(".lock", "step-00000001", "step-00000002");
            try (var state = store.open(2)) {
                NumberedState.requireNumbered(state, 2);
            }
        }
    }

    @Test
    void aDirectoryHasOneWriterAndItsPartialIsLeftAlone() throws IOException {
        try (var store = store(RetentionRule.DEFAULT)) {
            store.commit(NumberedState.of(1), NumberedState.info(1));
            var partial = Files.createDirectory(folder.resolve(".step-00000002.partial-1"));
            assertThatThrownBy(() -> store(RetentionRule.DEFAULT))
                    .isInstanceOf(CheckpointException.InUse.class)
                    .hasMessage("another run already writes checkpoints in " + folder);
            assertThat(partial).exists();
            assertThat(new CheckpointCatalog(folder).latest().orElseThrow().step())
                    .isEqualTo(1);
        }
    }

    @Test
    void aPinnedCheckpointStaysUntilItIsLetGo() throws IOException {
        try (var store = store(new RetentionRule(1, 0, false))) {
            store.commit(NumberedState.of(1), NumberedState.info(1));
            store.pin(1);
            store.pin(1);
            store.commit(NumberedState.of(2), NumberedState.info(2));
            store.commit(NumberedState.of(3), NumberedState.info(3));
            assertThat(store.list()).extracting(CommittedCheckpoint::step).containsExactly(1L, 3L);
            store.unpin(1);
            store.commit(NumberedState.of(4), NumberedState.info(4));
            assertThat(store.list()).extracting(CommittedCheckpoint::step).containsExactly(4L);
            assertThatThrownBy(() -> store.pin(1)).isInstanceOf(CheckpointException.Absent.class);
        }
    }

    @Test
    void aStepThatIsNotThereIsNamedWithThoseThatAre() throws IOException {
        assertThat(new CheckpointCatalog(folder.resolve("none")).latest()).isEmpty();
        try (var store = store(RetentionRule.DEFAULT)) {
            assertThat(store.openLatestValid().state()).isEmpty();
            store.commit(NumberedState.of(1), NumberedState.info(1));
            assertThatThrownBy(() -> store.open(2))
                    .isInstanceOf(CheckpointException.Absent.class)
                    .hasMessage("there is no checkpoint of step 2 in " + folder + "; there are [1]");
        }
    }

    private CheckpointStore store(RetentionRule rule) throws IOException {
        return CheckpointStore.open(folder, rule, () -> NOW);
    }

    private List<String> names() throws IOException {
        try (var paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
