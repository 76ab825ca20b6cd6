package io.meshtransformer.local.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What the command refuses; nothing here is compiled. */
class PlanCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --model gptj-6b --topology v3:8x16 --mp 8                        | say what to plan: --serve or --train
            --model gptj-6b --topology v3:8x16 --mp 8 --serve --train        | say what to plan: --serve or --train
            --model gptj-6b --topology v3:8x16 --train --accumulation 0      | --accumulation is 0: it must be at least 1
            --model gptj-6b --topology v3:8x16 --train --mfu 1.5             | --mfu is 1.5: it must be above 0 and at most 1
            --model gptj-6b --topology v3:8x16 --train --tokens -1           | --tokens is -1.0: it must be above 0
            --model gptj-6b --topology v3:8x16 --train --sharding zero       | --sharding is 'zero': there are plain, zero-1, fsdp and all
            --topology v3:8x16 --serve                                       | Missing required option: '--model
            --model gptj-6b --serve                                          | Missing required option: '--topology
            --model gptj-6b --topology v3:8x16 --serve --mp 0                | --mp is 0: it must be at least 1
            --model gptj-6b --topology v3:8x16 --serve --batch 0             | --batch is 0: it must be from 1 to 65536
            --model gptj-6b --topology v3:8x16 --serve --dp 0                | --dp is 0: it must be at least 1
            --model gptj-6b --topology v3:8x16 --serve --dtype int8          | --dtype is 'int8': there are bf16 and fp32
            --model gptj-6b --topology v3:8x16 --serve --mp 8 --context 4096 | --context is 4096: gptj-6b has room for 1 to 2048 tokens
            """)
    void wrongUsageExitsWithTwo(String line, String message) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            gptj-6b | v5e:3x3 | 8 | there is no topology 'v5e:3x3'; there are v5e:1x1 (1), v5e:2x2 (4), v5e:2x4 (8)
            gptj-6b | v9:2x2  | 8 | 'v9:2x2' is no TPU topology; there are v2:2x2 (8)
            gptj-6b | v5e:2x2 | 8 | v5e:2x2 has 4 devices, 8 are asked for; enough have v5e:2x4 (8)
            gptj-6b | v5e:2x2 | 2147483647 | v5e:2x2 has 4 devices, 2147483647 are asked for; no slice of v5e has as many
            gptj-6b | v5e:2x4 | 5 | mp is 5, it must divide the model's 16 attention heads
            gptj    | v5e:2x4 | 8 | model 'gptj' is neither gptj-6b, nor a directory with a config.json, nor such a file
            """)
    void whatCannotBePlannedIsOneSentenceAndExitsWithOne(String model, String topology, String mp, String message) {
        assertThat(run("--model", model, "--topology", topology, "--mp", mp, "--serve"))
                .isEqualTo(1);
        assertThat(err.toString()).startsWith("mtj: " + message);
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void withoutThePluginTheCommandThatBringsItIsSaid(@TempDir Path plugins) {
        assertThat(run(
                        "--model",
                        "gptj-6b",
                        "--topology",
                        "v5e:2x4",
                        "--mp",
                        "8",
                        "--serve",
                        "--plugins",
                        plugins + ""))
                .isEqualTo(1);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("mtj: the plugin tpu (libtpu 0.0.51) is not in " + plugins
                        + ": ./mtj plugin install tpu gets it");
    }

    @Test
    void aModelIsItsConfigOrTheDirectoryOfIt(@TempDir Path directory) throws Exception {
        var config = Files.writeString(directory.resolve("config.json"), """
                {"model_type": "gptj", "vocab_size": 512, "n_positions": 128, "n_embd": 64, "n_layer": 2, "n_head": 4,
                 "rotary_dim": 8, "bos_token_id": 0, "eos_token_id": 0}
                """);

        assertThat(ModelShape.find(directory.toString())).isEqualTo(ModelShape.find(config.toString()));
        assertThat(ModelShape.find(directory.toString()).config().width()).isEqualTo(64);
        assertThat(ModelShape.find("stories").config().layers()).isPositive();
    }

    private int run(String... arguments) {
        return new CommandLine(new PlanCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
