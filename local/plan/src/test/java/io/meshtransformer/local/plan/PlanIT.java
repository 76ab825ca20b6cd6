package io.meshtransformer.local.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.pjrt.Plugin;
import io.meshtransformer.pjrt.plugin.PluginPackage;
import io.meshtransformer.pjrt.plugin.PluginStore;
import io.meshtransformer.xla.plan.TpuGeneration;
import io.meshtransformer.xla.plan.TpuTopology;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Plans by libtpu itself, where its plugin is in the cache; nothing of 205 MB is downloaded for a test. */
class PlanIT {
    private static final double GIGA = 1e9;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** JAX, with a loop that carries the caches, takes 9.03 GB of arguments and 3.76 GB of temporaries. */
    @Test
    void sixBillionParametersServeOnEightChips() throws Exception {
        requirePlugin();

        assertThat(run(
                        "--model",
                        "gptj-6b",
                        "--topology",
                        "v5e:2x4",
                        "--mp",
                        "8",
                        "--batch",
                        "64",
                        "--serve",
                        "--json"))
                .as(err::toString)
                .isZero();

        var decode = program("decode");
        assertThat(decode.get("fits").asBoolean()).isTrue();
        assertThat(decode.at("/memory/arguments").asDouble()).isBetween(8.9 * GIGA, 9.04 * GIGA);
        assertThat(decode.at("/memory/temporaries").asDouble()).isLessThan(0.2 * GIGA);
        // Weights and caches are read once; products are the matrices', and XLA counts one of 28 layers of them.
        assertThat(decode.get("bytesAccessed").asDouble()).isBetween(8.9 * GIGA, 9.5 * GIGA);
        assertThat(decode.get("matrixFlops").asLong()).isEqualTo(93_497_327_616L);
        assertThat(decode.at("/xlaCostAnalysisLoopsOnce/flops").asDouble()).isBetween(6.5 * GIGA, 6.7 * GIGA);
        assertThat(decode.at("/collectives/0/kind").asText()).isEqualTo("all-reduce");
        assertThat(decode.at("/collectives/0/count").asInt()).isEqualTo(29);
        assertThat(program("prefill").get("fits").asBoolean()).isTrue();
    }

    /** JAX, plainly, takes 9.08 GB of arguments and 4.91 GB of temporaries. */
    @Test
    void sixBillionParametersAreTrainedOnTheHardwareOf2021() throws Exception {
        requirePlugin();

        assertThat(run(
                        "--model",
                        "gptj-6b",
                        "--topology",
                        "v3:8x16",
                        "--mp",
                        "8",
                        "--train",
                        "--sharding",
                        "fsdp",
                        "--json"))
                .as(err::toString)
                .isZero();

        var step = program("train_step");
        assertThat(step.get("sharding").asText()).isEqualTo("fsdp");
        assertThat(step.get("fits").asBoolean()).isTrue();
        assertThat(step.at("/memory/arguments").asDouble()).isBetween(0.28 * GIGA, 0.29 * GIGA);
        assertThat(step.at("/memory/temporaries").asDouble()).isLessThan(2 * GIGA);
        // What one device computes is its part of the step, in which blocks are computed twice, and attention's own.
        assertThat(step.get("matrixFlops").asDouble() * 256)
                .isBetween(
                        0.93 * json().get("computedFlopsPerStep").asDouble(),
                        1.05 * json().get("computedFlopsPerStep").asDouble());
        assertThat(json().get("tokensPerSecond").asDouble()).isBetween(150_000.0, 153_000.0);
    }

    @Test
    void whatDoesNotFitIsSearchedUntilSomethingDoes() throws Exception {
        requirePlugin();

        assertThat(run("--model", "gptj-6b", "--topology", "v5e:1x1", "--batch", "16", "--serve", "--json"))
                .as(err::toString)
                .isEqualTo(1);

        var decode = program("decode");
        assertThat(decode.get("fits").asBoolean()).isFalse();
        // 12.1 GB of weights and 16 caches of 0.94 GB, where 16.9 are.
        assertThat(decode.get("needed").asDouble()).isBetween(26.9 * GIGA, 28 * GIGA);
        assertThat(decode.get("missing").asLong())
                .isEqualTo(
                        decode.get("needed").asLong() - decode.get("available").asLong());
        var alternatives = json().get("alternatives");
        assertThat(alternatives).hasSize(1);
        assertThat(alternatives.get(0).get("batch").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3", "v4", "v5e", "v5p", "v6e", "tpu7x"})
    void libtpuKnowsEverySliceOfTheTable(String kind) {
        var plugin = requirePlugin();
        var generation = Arrays.stream(TpuGeneration.values())
                .filter(known -> known.prefix().equals(kind))
                .findFirst()
                .orElseThrow();
        for (var name : generation.topologies()) {
            try (var topology = plugin.topology(name)) {
                assertThat(topology.devices())
                        .as(name)
                        .hasSize(TpuTopology.named(name).devices());
            }
        }
    }

    private static Plugin requirePlugin() {
        return PluginStore.ofUser()
                .find(PluginPackage.TPU)
                .map(installed -> Plugin.load(installed.library()))
                .orElseGet(() -> abort("SKIPPED, nothing was planned: ./mtj plugin install tpu brings the plugin"));
    }

    private JsonNode program(String name) throws Exception {
        for (var program : json().get("programs")) {
            if (program.get("name").asText().equals(name)) {
                return program;
            }
        }
        throw new AssertionError("no program " + name + " in " + out);
    }

    private JsonNode json() throws Exception {
        return new ObjectMapper().readTree(out.toString());
    }

    private int run(String... arguments) {
        return new CommandLine(new PlanCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
