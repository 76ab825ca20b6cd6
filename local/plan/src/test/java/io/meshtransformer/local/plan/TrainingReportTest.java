package io.meshtransformer.local.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.xla.hlo.Collective;
import io.meshtransformer.xla.hlo.HloCost;
import io.meshtransformer.xla.plan.DeviceMemory;
import io.meshtransformer.xla.plan.Plan;
import io.meshtransformer.xla.plan.Prediction;
import io.meshtransformer.xla.plan.TpuTopology;
import io.meshtransformer.xla.plan.TrainingEstimate;
import io.meshtransformer.xla.plan.TrainingPlanner.Layout;
import io.meshtransformer.xla.program.StateSharding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A report of a training step as a table and as JSON. */
class TrainingReportTest {
    private static final TpuTopology SLICE = TpuTopology.named("v3:8x16");
    private static final long MEMORY = 16_623_861_760L;

    private static final Plan STEP = new Plan(
            "train_step",
            SLICE,
            256,
            new Plan.Compiled(
                    new DeviceMemory(3_216_320_512L, 5_873_516_544L, 2048, 20_540_416),
                    MEMORY,
                    new HloCost(
                            11_621_443_305_472L,
                            101_324_023_098L,
                            List.of(new Collective("all-gather", 15, 3_026_681_856L)),
                            0),
                    new Prediction(0.22516, 0.18897),
                    Map.of()),
            Duration.ofMillis(21_800));

    private static final Plan TOO_LARGE = new Plan(
            "train_step",
            SLICE,
            256,
            new Plan.TooLarge(17_000_000_000L, 18_000_000_000L, MEMORY),
            Duration.ofMillis(600));

    /** 65,536 tokens of a model of 6,050,882,784 weights, on 256 devices of 61.5 TFLOP/s. */
    private static final TrainingEstimate ESTIMATE = new TrainingEstimate(65_536, 2.379303918e15, 3.1174e15, 1.5744e16);

    @Test
    void aTableHasAColumnForEachWayToDivideTheState() {
        assertThat(TrainingTable.text(report(List.of(
                        new TrainingReport.Sharded(StateSharding.PLAIN, TOO_LARGE),
                        new TrainingReport.Sharded(StateSharding.ZERO_1, STEP)))))
                .isEqualTo("""
                        gptj-6b, training, bf16 on fp32 masters, on v3:8x16: 256 devices, 2 on a chip
                        dp 32 x mp 8, 1 micro-batch of 32 sequences of 2,048 tokens: 65,536 tokens a step

                        PER DEVICE                 PLAIN        ZERO-1
                        arguments              17.000 GB      3.216 GB
                        temporaries                    -      5.874 GB
                        outputs                        -      0.000 GB
                        generated code                 -      0.021 GB
                        total                  18.000 GB      9.110 GB
                        HBM for programs       16.624 GB     16.624 GB
                        fits                          no           yes
                        left                   -1.376 GB      7.513 GB

                        matrix GFLOP                   -      11,621.4
                        HBM traffic                    -    101.324 GB
                        all-gather                     -            15
                          bytes                        -    3,026.7 MB
                        least by HBM                   -     225.16 ms
                        least by FLOPs                 -     188.97 ms
                        compile time               0.6 s        21.8 s

                        A step is 2,379 TFLOP of the model, 3,117 with what is computed again; the peak is 15,744 TFLOP/s.
                        At 35 % MFU: 0.43 s a step, 151,780 tokens/s; 402 billion tokens take 30.7 days.
                        For comparison: the run of 2021 trained GPT-J-6B at 151,000 tokens/s on the 256 cores of v3:8x16.
                        plain does not fit: 1.376 GB too much on each device.""");
    }

    @Test
    void jsonHasEveryNumber() throws Exception {
        var tree = new ObjectMapper()
                .readTree(PlanJson.text(report(List.of(new TrainingReport.Sharded(StateSharding.FSDP, STEP)))));

        assertThat(tree.get("fits").asBoolean()).isTrue();
        assertThat(tree.at("/programs/0/sharding").asText()).isEqualTo("fsdp");
        assertThat(tree.at("/programs/0/memory/temporaries").asLong()).isEqualTo(5_873_516_544L);
        assertThat(tree.get("tokensPerStep").asLong()).isEqualTo(65_536);
        assertThat(tree.get("stepSeconds").asDouble()).isEqualTo(2.379303918e15 / (0.35 * 1.5744e16));
        assertThat(tree.get("days").asDouble()).isBetween(30.6, 30.7);
        assertThat(tree.at("/topology/name").asText()).isEqualTo("v3:8x16");
    }

    private static TrainingReport report(List<TrainingReport.Sharded> plans) {
        return new TrainingReport(
                "gptj-6b", SLICE, MEMORY, "bf16", 2048, new Layout(32, 8, 1, 1), plans, ESTIMATE, 0.35, 402e9);
    }
}
