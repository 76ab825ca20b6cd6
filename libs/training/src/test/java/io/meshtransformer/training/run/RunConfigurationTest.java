package io.meshtransformer.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.gptj.training.LearningRateSchedule;
import io.meshtransformer.gptj.training.OptimiserOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunConfigurationTest {
    private static final Path FOLDER = Path.of("/somewhere");

    private static final String SMALLEST = """
            {"name": "tales", "model": {"config": "m/config.json"}, "tokenizer": "m", "data": {"train": "data"},
             "batch": 8, "sequence": 256, "steps": 10, "learning_rate": {"peak": 1e-3}}
            """;

    @Test
    void hasDefaultsForMostKeys() throws JsonProcessingException {
        var run = parse(SMALLEST);
        assertThat(run.start()).isEqualTo(new RunConfiguration.Start.NewModel(Path.of("/somewhere/m/config.json")));
        assertThat(run.optimiser()).isEqualTo(OptimiserOptions.DEFAULT);
        assertThat(run.learningRate()).isEqualTo(new LearningRateSchedule(0, 0, 1e-3, 1e-3));
        assertThat(run.devices().sharding()).isEqualTo(RunConfiguration.Sharding.PLAIN);
        assertThat(run.checkpoints()).isEqualTo(new RunConfiguration.CheckpointRule(500, 3, 0, true));
        assertThat(run.launch().on()).isEqualTo("local");
        assertThat(run.decidingValidation()).isEmpty();
    }

    @Test
    void writesWhatItReads() throws JsonProcessingException {
        var whole = SMALLEST.replace("\"steps\": 10,", """
                "steps": 10, "seed": 7, "accumulation": 2, "evaluate": ["piqa"], "lora": {"rank": 4, "targets": ["k_proj"]},
                "optimiser": {"bias_copies": 8, "clip_norm": 0.5}, "devices": {"dp": 2, "mp": 4, "compute": "fp32"},
                "validate": {"every": 5}, "checkpoints": {"every": 3, "keep_best": false},
                "launch": {"on": "kubernetes", "accelerator": "tpu-v5-lite-podslice", "topology": "2x4"},
                """);
        var run = parse(whole);
        assertThat(run.devices().sharding()).isEqualTo(RunConfiguration.Sharding.ZERO1);
        assertThat(RunConfiguration.parse(run.toJson(), Path.of("/elsewhere"))).isEqualTo(run);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "steps": 10        | "stepps": 10                              | stepps is no key
                    "steps": 10        | "stepps": 10                              | steps is missing
                    "steps": 10        | "steps": 0                                | steps is 0, it must be at least 1
                    "steps": 10        | "steps": "ten"                            | steps is "ten", it must be a whole number
                    "batch": 8         | "batch": 8, "devices": {"dp": 3}          | batch is 8, devices.dp is 3 and must divide it
                    "peak": 1e-3       | "peak": 1e-3, "warmup": 3                 | learning_rate.warmup is no key; known are anneal_steps, end, peak, warmup_steps
                    "peak": 1e-3       | "peak": -1                                | learning_rate has a peak learning rate: -1.0 must be finite and at least 0
                    "batch": 8         | "batch": 8, "devices": {"compute": "f16"} | devices.compute is 'f16', it must be one of bf16, fp32
                    "batch": 8         | "batch": 8, "optimiser": {"beta1": 1}     | optimiser has a beta1: 1.0 must be at least 0 and below 1
                    "name": "tales"    | "name": "../x"                            | name is '../x', it must be 1 to 63
                    {"train": "data"}  | "data"                                    | data is "data", it must be an object
                    "config":          | "form":                                   | exactly one of them must be there
                    "batch": 8         | "batch": 8, "launch": {"on": "kubernetes"}| launch.topology is missing
                    "batch": 8         | "batch": 8, "lora": {"rank": 2, "targets": ["fc_in"]} | lora.targets holds 'fc_in'
                    "batch": 8         | "batch": 8, "lora": {"rank": 2, "alpha": 0} | lora.alpha is 0.0, it must be finite and above 0
                    "batch": 8         | "batch": 8, "lora": {"rank": 2, "targets": ["k_proj", "k_proj"]} | it must hold at least one, and each once
                    """)
    void namesWhatIsWrong(String was, String is, String problem) {
        var thrown = catchThrowableOfType(InvalidConfigurationException.class, () -> parse(SMALLEST.replace(was, is)));
        assertThat(thrown.problems())
                .anySatisfy(sentence -> assertThat(sentence).contains(problem));
    }

    @Test
    void namesEverythingAtOnce() {
        var thrown = catchThrowableOfType(InvalidConfigurationException.class, () -> parse("{\"seed\": 0.5}"));
        assertThat(thrown.problems()).hasSizeGreaterThan(6);
        assertThat(thrown).hasMessageContaining("seed is 0.5").hasMessageContaining("tokenizer is missing");
    }

    @Test
    void mayGoOnWithMoreStepsOnOtherDevices() throws JsonProcessingException {
        var more = SMALLEST.replace("\"steps\": 10", "\"steps\": 20, \"devices\": {\"dp\": 4}");
        assertThat(parse(more).conflicts(parse(SMALLEST))).isEmpty();
    }

    @Test
    void doesNotGoOnAsAnotherRun() throws JsonProcessingException {
        var other = SMALLEST.replace("\"batch\": 8", "\"batch\": 4").replace("1e-3", "2e-3");
        assertThat(parse(other).conflicts(parse(SMALLEST)))
                .isEqualTo(List.of(
                        "batch was 8 and is now 4",
                        "learning_rate.end was 0.001 and is now 0.002",
                        "learning_rate.peak was 0.001 and is now 0.002"));
    }

    private static RunConfiguration parse(String json) throws JsonProcessingException {
        return RunConfiguration.parse(new JsonMapper().readTree(json), FOLDER);
    }
}
