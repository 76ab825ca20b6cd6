package io.meshtransformer.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.gptj.BlockTensor;
import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.lora.Adapter;
import io.meshtransformer.gptj.lora.LoraOptions;
import io.meshtransformer.gptj.lora.MergedSource;
import io.meshtransformer.gptj.random.RandomModel;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.source.CheckpointSource;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.training.checkpoint.CheckpointCatalog;
import io.meshtransformer.training.checkpoint.CommittedCheckpoint;
import io.meshtransformer.training.checkpoint.ManifestFile;
import io.meshtransformer.training.data.TokenizerHash;
import io.meshtransformer.training.data.WindowSetWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
    private static final GptjConfig MODEL = new GptjConfig(100, 16, 8, 2, 2, 4, 16, 1e-5f, 99, 99);
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    private Path folder;

    private final List<RunEvent> events = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        RandomModel.write(folder.resolve("model"), MODEL, DataType.F32, 3);
        Files.writeString(folder.resolve("model/tokenizer.json"), "{}");
        windows("train", 8, 23);
        windows("tales", 8, 3);
        windows("verses", 8, 2);
    }

    @Test
    void killedAnywhereAndResumedItsCurveIsTheUnbrokenOne() throws IOException {
        killAndResume(configuration());
        assertThat(weights("killed", "model.safetensors")).isEqualTo(weights("unbroken", "model.safetensors"));
    }

    @Test
    void soIsThatOfARunThatTrainsAdaptersAndItsCheckpointsHoldThemAlone() throws IOException {
        var base = Files.readAllBytes(folder.resolve("model/model.safetensors"));
        killAndResume(adapting());
        assertThat(weights("killed", Adapter.WEIGHTS)).isEqualTo(weights("unbroken", Adapter.WEIGHTS));
        assertThat(folder.resolve("model/model.safetensors")).hasBinaryContent(base);
        assertThat(checkpoint("killed").manifest().files())
                .extracting(ManifestFile::name)
                .containsExactly(
                        "adapter_config.json",
                        "adapter_model.safetensors",
                        "config.json",
                        "state/training.safetensors",
                        "tokenizer.json");
    }

    @Test
    void whatItHoldsIsAnAdapterInPeftsLayoutThatMergesIntoItsBase() throws IOException {
        run("run", adapting(), events::add);
        var checkpoint = checkpoint("run");
        var config = MAPPER.readTree(
                checkpoint.directory().resolve("adapter_config.json").toFile());
        assertThat(config.path("peft_type").asText()).isEqualTo("LORA");
        assertThat(config.path("task_type").asText()).isEqualTo("CAUSAL_LM");
        assertThat(config.path("r").intValue()).isEqualTo(2);
        assertThat(config.path("lora_alpha").intValue()).isEqualTo(6);
        assertThat(config.path("target_modules").toString()).isEqualTo("[\"q_proj\",\"out_proj\"]");
        assertThat(config.path("base_model_name_or_path").asText())
                .isEqualTo(folder.resolve("model").toString());
        try (var base = Checkpoint.open(folder.resolve("model"));
                var trained = checkpoint.open();
                var merged = new MergedSource(
                        CheckpointSource.open(folder.resolve("model")), Adapter.open(checkpoint.directory(), MODEL))) {
            assertThat(trained.config()).isEqualTo(MODEL);
            var names = new TreeSet<String>();
            for (var target : List.of(BlockTensor.QUERY, BlockTensor.ATTENTION_OUT)) {
                for (var layer = 0; layer < MODEL.layers(); layer++) {
                    names.add(LoraOptions.down(target, layer));
                    names.add(LoraOptions.up(target, layer));
                    var down = read(trained, LoraOptions.down(target, layer));
                    var up = read(trained, LoraOptions.up(target, layer));
                    var expected = base.read(target.name(layer));
                    for (var i = 0; i < expected.length; i++) {
                        for (var r = 0; r < 2; r++) {
                            expected[i] += 3 * up[i / 8 * 2 + r] * down[r * 8 + i % 8];
                        }
                    }
                    var found = read(merged, target.name(layer));
                    assertThat(found)
                            .containsExactly(expected, within(1e-4f))
                            .isNotEqualTo(base.read(target.name(layer)));
                }
            }
            assertThat(trained.tensors().keySet())
                    .extracting(StateTensor::name)
                    .allMatch(names::contains)
                    .hasSize(3 * names.size());
            assertThat(read(merged, GptjTensors.EMBEDDING)).isEqualTo(base.read(GptjTensors.EMBEDDING));
        }
        assertThatThrownBy(() -> Checkpoint.open(checkpoint.directory()))
                .hasMessage(checkpoint.directory() + ": it holds a LoRA adapter and no model; this merges it into one:"
                        + " mtj convert " + folder.resolve("model") + " MERGED --adapter " + checkpoint.directory());
        assertThatThrownBy(() -> fineTune("further", checkpoint.directory().toString(), true, false))
                .hasMessageContaining("mtj convert");
    }

    @Test
    void adaptersDoNotGoOnOverAnotherModel() throws IOException {
        run("run", adapting(), events::add);
        var wider = new GptjConfig(100, 16, 8, 2, 2, 4, 24, 1e-5f, 99, 99);
        Files.delete(folder.resolve("model/model.safetensors"));
        RandomModel.write(folder.resolve("model"), wider, DataType.F32, 3);
        assertThatThrownBy(() -> run("run", adapting().put("steps", 30), events::add))
                .isInstanceOf(TrainingException.Mismatch.class)
                .hasMessageContaining("is another than the one whose adapters");
    }

    private ObjectNode adapting() throws IOException {
        var configuration = configuration();
        configuration.putObject("model").put("from", folder.resolve("model").toString());
        configuration
                .putObject("lora")
                .put("rank", 2)
                .put("alpha", 6)
                .putArray("targets")
                .add("q_proj")
                .add("out_proj");
        return configuration;
    }

    private static float[] read(TrainingState state, String name) throws IOException {
        var tensor = new StateTensor(StateTensor.Kind.PARAMETER, name);
        var values = new float[(int) state.tensors().get(tensor).elements()];
        state.read(tensor, 0, values, 0, values.length);
        return values;
    }

    private void killAndResume(ObjectNode configuration) throws IOException {
        run("unbroken", configuration, events::add);
        var random = new SplittableRandom(5);
        for (var kills = 0; kills < 20; kills++) {
            var moment = random.nextInt(1, 12);
            var seen = new int[1];
            var loop = Thread.currentThread();
            assertThatThrownBy(() -> run("killed", configuration, _ -> {
                        if (Thread.currentThread() == loop && ++seen[0] == moment) {
                            throw new Killed();
                        }
                    }))
                    .isInstanceOf(Killed.class);
        }
        run("killed", configuration, events::add);
        assertThat(curve("killed")).isEqualTo(curve("unbroken"));
    }

    @Test
    void saysWhatHappens() throws IOException {
        var result = run("run", configuration(), events::add);
        assertThat(result).isEqualTo(new TrainingRun.Result(true, 20));
        assertThat(events.getFirst()).isEqualTo(new RunEvent.PhaseEntered(RunEvent.Phase.LOADING));
        assertThat(events).filteredOn(RunEvent.Started.class::isInstance).hasSize(1);
        assertThat(events)
                .filteredOn(RunEvent.ValidationCompleted.class::isInstance)
                .hasSize(2 * 4)
                .extracting(event -> ((RunEvent.ValidationCompleted) event).set())
                .startsWith("tales", "verses");
        assertThat(steps(RunEvent.CheckpointCommitted.class)).isEqualTo("4 8 12 16 20");
        var kept = new CheckpointCatalog(folder.resolve("run/checkpoints")).list();
        assertThat(kept.getLast().step()).isEqualTo(20);
        assertThat(events)
                .filteredOn(RunEvent.CheckpointDeleted.class::isInstance)
                .hasSize(5 - kept.size());
        try (var model = Checkpoint.open(folder.resolve("run/checkpoints/step-00000020"))) {
            assertThat(model.config()).isEqualTo(MODEL);
        }
    }

    @Test
    void goesOnForMoreStepsAndRefusesToBecomeAnotherRun() throws IOException {
        run("run", configuration(), events::add);
        run("longer", configuration().put("steps", 26), events::add);
        assertThat(run("run", configuration().put("steps", 26), events::add).step())
                .isEqualTo(26);
        assertThat(weights("run", "model.safetensors")).isEqualTo(weights("longer", "model.safetensors"));
        assertThatThrownBy(() -> run("run", configuration().put("seed", 4), events::add))
                .isInstanceOf(TrainingException.Mismatch.class)
                .hasMessageContaining("seed was 1 and is now 4");
    }

    @Test
    void fineTunesAModelOrACheckpointWithOrWithoutItsOptimiser() throws IOException {
        run("run", configuration(), events::add);
        var checkpoint = folder.resolve("run/checkpoints/step-00000020").toString();
        assertThat(fineTune("fresh", checkpoint, false, false)).isEqualTo("1 rate 0.0");
        assertThat(fineTune("fresh-continued", checkpoint, false, true)).isEqualTo("1 rate 0.1");
        assertThat(fineTune("kept", checkpoint, true, false)).isEqualTo("21 rate 0.0");
        assertThat(fineTune("kept-continued", checkpoint, true, true)).isEqualTo("21 rate 0.1");
        assertThat(fineTune("model", folder.resolve("model").toString(), false, false))
                .isEqualTo("1 rate 0.0");
        assertThatThrownBy(() -> fineTune("none", folder.resolve("model").toString(), true, false))
                .hasMessageContaining("is a model without an optimiser's state");
    }

    private String fineTune(String name, String from, boolean keep, boolean continued) throws IOException {
        events.clear();
        var configuration = configuration().put("steps", 3);
        configuration
                .putObject("model")
                .put("from", from)
                .put("keep_optimiser", keep)
                .put("continue_schedule", continued);
        run(name, configuration, events::add);
        assertThat(events).filteredOn(RunEvent.StepCompleted.class::isInstance).hasSize(3);
        return events.stream()
                .filter(RunEvent.StepCompleted.class::isInstance)
                .map(event -> ((RunEvent.StepCompleted) event).record())
                .map(record -> record.step() + " rate " + record.result().learningRate())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void usesTheCheckpointBeforeADamagedOneAndSaysSo() throws IOException {
        run("run", configuration(), events::add);
        flipAByte(folder.resolve("run/checkpoints/step-00000020/model.safetensors"));
        events.clear();
        run("run", configuration(), events::add);
        var started = (RunEvent.Started) events.stream()
                .filter(RunEvent.Started.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(started.step()).isEqualTo(16);
        assertThat(started.skipped()).singleElement().asString().contains("step-00000020", "model.safetensors");
    }

    @Test
    void neverBeginsAnewWhereAllCheckpointsAreDamaged() throws IOException {
        run("run", configuration().put("steps", 4), events::add);
        flipAByte(folder.resolve("run/checkpoints/step-00000004/model.safetensors"));
        assertThatThrownBy(() -> run("run", configuration(), events::add))
                .isInstanceOf(TrainingException.Mismatch.class)
                .hasMessageContaining("no checkpoint of the run is whole");
    }

    @Test
    void refusesWhatDoesNotFitTogether() throws IOException {
        assertThatThrownBy(() -> run("long", configuration().put("sequence", 17), events::add))
                .isInstanceOf(TrainingException.Mismatch.class)
                .hasMessage("sequence is 17, the model's context is 16 tokens and sequences can't be longer");
        assertThatThrownBy(() -> run("short", configuration().put("sequence", 4), events::add))
                .hasMessageContaining("cut for sequences of 8 tokens, and the run's have 4");
        Files.writeString(folder.resolve("model/tokenizer.json"), "{ }");
        assertThatThrownBy(() -> run("other", configuration(), events::add))
                .hasMessageContaining("it was made with the tokenizer of SHA-256");
        var missing = configuration();
        missing.withObject("/data").put("train", "nowhere");
        assertThatThrownBy(() -> run("missing", missing, events::add)).hasMessageContaining("nowhere");
    }

    private TrainingRun.Result run(String name, ObjectNode configuration, RunListener listener) throws IOException {
        EngineFactory engines = (run, model, state) -> new EngineFactory.Engine(
                new DriftingEngine(
                        model,
                        run.shape(),
                        run.lora().map(lora -> lora.options().shapes(model)).orElseGet(() -> GptjTensors.shapes(model)),
                        state),
                OptionalDouble.of(1e12));
        return new TrainingRun(
                        new RunDirectory(folder.resolve(name)),
                        RunConfiguration.parse(configuration.put("name", name), folder),
                        engines,
                        new Unhurried().and(listener),
                        new StopSignal(),
                        InstantSource.system())
                .run();
    }

    private static ObjectNode configuration() throws IOException {
        return (ObjectNode) MAPPER.readTree("""
                {"name": "run", "model": {"config": "model/config.json"}, "tokenizer": "model", "seed": 1,
                 "data": {"train": "train", "validation": {"tales": "tales", "verses": "verses"}},
                 "batch": 2, "accumulation": 2, "sequence": 8, "steps": 20,
                 "learning_rate": {"warmup_steps": 5, "anneal_steps": 10, "peak": 0.5, "end": 0.1},
                 "validate": {"every": 5}, "checkpoints": {"every": 4, "keep_last": 2}}
                """);
    }

    /** Lines of the curve without what clocks say. */
    private List<String> curve(String name) throws IOException {
        var lines = new ArrayList<String>();
        for (var line : Files.readAllLines(folder.resolve(name).resolve("steps.jsonl"))) {
            var json = (ObjectNode) MAPPER.readTree(line);
            json.remove(List.of("seconds", "tokens_per_second", "mfu", "hfu"));
            lines.add(json.toString());
        }
        return lines;
    }

    private byte[] weights(String name, String file) throws IOException {
        return Files.readAllBytes(checkpoint(name).directory().resolve(file));
    }

    private CommittedCheckpoint checkpoint(String name) throws IOException {
        return new CheckpointCatalog(folder.resolve(name).resolve("checkpoints"))
                .latest()
                .orElseThrow();
    }

    private String steps(Class<RunEvent.CheckpointCommitted> type) {
        return String.join(
                " ",
                events.stream()
                        .filter(type::isInstance)
                        .map(event -> String.valueOf(type.cast(event).step()))
                        .toList());
    }

    private static void flipAByte(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
    }

    private void windows(String name, int sequence, int count) throws IOException {
        var directory = Files.createDirectories(folder.resolve(name));
        var tokenizer = TokenizerHash.of(folder.resolve("model"));
        try (var writer = new WindowSetWriter(directory, sequence + 1, MODEL.vocabularySize(), tokenizer, 1 << 20)) {
            var random = new SplittableRandom(name.hashCode());
            var ids = ByteBuffer.allocate(count * (sequence + 1) * writer.idBytes())
                    .order(ByteOrder.LITTLE_ENDIAN);
            while (ids.hasRemaining()) {
                ids.putChar((char) random.nextInt(MODEL.vocabularySize()));
            }
            writer.append(ids.flip());
            writer.complete(1, OptionalLong.empty(), List.of());
        }
    }

    /** Steps of this engine take no time: a step behind a checkpoint waits until that is committed. */
    private static final class Unhurried implements RunListener {
        private final Semaphore commits = new Semaphore(0);
        private boolean saving;

        @Override
        public void on(RunEvent event) {
            switch (event) {
                case RunEvent.PhaseEntered(var phase) when phase == RunEvent.Phase.SAVING -> saving = true;
                case RunEvent.StepCompleted _
                when saving -> {
                    saving = false;
                    commits.acquireUninterruptibly();
                }
                case RunEvent.CheckpointCommitted _, RunEvent.CheckpointFailed _ -> commits.release();
                case RunEvent.PhaseEntered _,
                        RunEvent.Started _,
                        RunEvent.StepCompleted _,
                        RunEvent.ValidationCompleted _,
                        RunEvent.CheckpointDeleted _ -> {}
            }
        }
    }

    /** As good as kill -9 here: nothing of the run's own comes behind it. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
