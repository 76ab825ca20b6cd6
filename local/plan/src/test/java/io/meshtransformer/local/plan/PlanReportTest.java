package io.meshtransformer.local.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.xla.hlo.Collective;
import io.meshtransformer.xla.hlo.HloCost;
import io.meshtransformer.xla.plan.DeviceMemory;
import io.meshtransformer.xla.plan.Plan;
import io.meshtransformer.xla.plan.Prediction;
import io.meshtransformer.xla.plan.ServingPlanner.Layout;
import io.meshtransformer.xla.plan.TpuTopology;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A report as a table and as JSON. */
class PlanReportTest {
    private static final TpuTopology SLICE = TpuTopology.named("v3:8x16");
    private static final long MEMORY = 16_623_861_760L;

    private static final Plan DECODE = new Plan(
            "decode",
            SLICE,
            256,
            new Plan.Compiled(
                    new DeviceMemory(9_031_000_000L, 12_000_000, 2_000_000, 3_000_000),
                    MEMORY,
                    new HloCost(
                            93_497_327_616L, 10_147_000_000L, List.of(new Collective("all-reduce", 29, 29_884_416)), 1),
                    new Prediction(0.02255, 0.00152),
                    Map.of("flops", 6.5e9)),
            Duration.ofMillis(3800));

    private static final Plan TOO_LARGE = new Plan(
            "prefill", SLICE, 8, new Plan.TooLarge(17_000_000_000L, 18_000_000_000L, MEMORY), Duration.ofMillis(600));

    @Test
    void aTableHasAColumnForEachProgram() {
        assertThat(PlanTable.text(report(true, List.of(DECODE, DECODE), List.of())))
                .isEqualTo("""
                        gptj-6b, serving, bf16, on v3:8x16: 256 devices, 2 on a chip
                        dp 32 x mp 8: 32 replicas of 8 devices, 64 sequences of 2,048 tokens each

                        PER DEVICE                DECODE        DECODE
                        arguments               9.031 GB      9.031 GB
                        temporaries             0.012 GB      0.012 GB
                        outputs                 0.002 GB      0.002 GB
                        generated code          0.003 GB      0.003 GB
                        total                   9.048 GB      9.048 GB
                        HBM for programs       16.624 GB     16.624 GB
                        fits                         yes           yes
                        left                    7.576 GB      7.576 GB

                        matrix GFLOP                93.5          93.5
                        HBM traffic            10.147 GB     10.147 GB
                        all-reduce                    29            29
                          bytes                  29.9 MB       29.9 MB
                        least by HBM            22.55 ms      22.55 ms
                        least by FLOPs           1.52 ms       1.52 ms
                        compile time               3.8 s         3.8 s

                        A decode step with every sequence at 2,048 tokens takes at least 22.55 ms, so 90,820 tokens/s at \
                        most.""");
    }

    @Test
    void whatDoesNotFitSaysByHowMuchAndWhatWould() {
        var text = PlanTable.text(
                report(false, List.of(DECODE, TOO_LARGE), List.of(new Layout(32, 8, 56), new Layout(16, 16, 64))));

        assertThat(text)
                .contains("arguments               9.031 GB     17.000 GB")
                .contains("fits                         yes            no")
                .contains("all-reduce                    29             -")
                .endsWith("prefill does not fit: 1.376 GB too much on each device." + System.lineSeparator()
                        + "What fits: --mp 8 --dp 32 --batch 56, or --mp 16 --dp 16 --batch 64.");
        assertThat(PlanTable.text(report(false, List.of(DECODE, TOO_LARGE), List.of())))
                .endsWith("No smaller batch fits, and no larger mp of this slice.");
    }

    @Test
    void jsonHasEveryNumberInBytesAndSeconds() throws Exception {
        var report = report(false, List.of(DECODE, TOO_LARGE), List.of(new Layout(32, 8, 56)));

        assertThat(new ObjectMapper().readTree(PlanJson.text(report)))
                .isEqualTo(new ObjectMapper().readTree("""
                        {"model": "gptj-6b", "fits": false,
                         "topology": {"name": "v3:8x16", "devices": 256, "devicesPerChip": 2, "memory": 16623861760,
                                      "bandwidth": 450e9, "peakFlops": 61.5e12},
                         "dtype": "bf16", "context": 2048, "dp": 32, "mp": 8, "batch": 64,
                         "programs": [
                          {"name": "decode", "devices": 256, "fits": true, "arguments": 9031000000, "needed": 9048000000,
                           "available": 16623861760, "missing": 0, "compileSeconds": 3.8,
                           "memory": {"arguments": 9031000000, "temporaries": 12000000, "outputs": 2000000,
                                      "generatedCode": 3000000},
                           "matrixFlops": 93497327616, "bytesAccessed": 10147000000,
                           "collectives": [{"kind": "all-reduce", "count": 29, "bytes": 29884416}],
                           "leastSeconds": {"memory": 0.02255, "compute": 0.00152},
                           "xlaCostAnalysisLoopsOnce": {"flops": 6.5e9}},
                          {"name": "prefill", "devices": 8, "fits": false, "arguments": 17000000000,
                           "needed": 18000000000, "available": 16623861760, "missing": 1376138240,
                           "compileSeconds": 0.6}],
                         "mostTokensPerSecond": %s,
                         "alternatives": [{"dp": 32, "mp": 8, "batch": 56}]}
                        """.formatted(64 * 32 / 0.02255)));
    }

    private static PlanReport report(boolean fits, List<Plan> plans, List<Layout> alternatives) {
        return new PlanReport("gptj-6b", SLICE, MEMORY, "bf16", 2048, new Layout(32, 8, 64), plans, fits, alternatives);
    }
}
