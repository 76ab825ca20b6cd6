package io.meshtransformer.xla.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.xla.hlo.HloCost;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of slices, and what chips can do. */
class TpuTopologyTest {
    @ParameterizedTest
    @CsvSource({
        "v2:2x2, 8",
        "v3:2x2, 8",
        "v3:4x4, 32",
        "v3:8x16, 256",
        "v3:16x16, 512",
        "v3:32x32, 2048",
        "v4:2x2x1, 8",
        "v4:4x4x4, 128",
        "v5e:1x1, 1",
        "v5e:2x4, 8",
        "v5e:4x8, 32",
        "v5e:16x16, 256",
        "v5p:2x2x1, 4",
        "v5p:4x4x4, 64",
        "v6e:2x4, 8",
        "v6e:16x16, 256",
        "tpu7x:2x2x1, 8"
    })
    void aSliceHasItsDevices(String name, int devices) {
        assertThat(TpuTopology.named(name).devices()).isEqualTo(devices);
    }

    /** The names are those of libtpu 0.0.51's own topologies. */
    @ParameterizedTest
    @CsvSource({
        "TPU v2, V2",
        "TPU v3, V3",
        "TPU v4, V4",
        "TPU v5 lite, V5E",
        "TPU v5, V5P",
        "TPU v6 lite, V6E",
        "TPU7x, TPU7X"
    })
    void aDeviceSaysWhatItIs(String kind, TpuGeneration generation) {
        assertThat(TpuGeneration.ofKind(kind)).contains(generation);
    }

    @Test
    void aShapeThatIsNotThereListsThoseThatAre() {
        assertThatThrownBy(() -> TpuTopology.named("v5e:3x3"))
                .isInstanceOf(PlanException.class)
                .hasMessage("there is no topology 'v5e:3x3'; there are v5e:1x1 (1), v5e:2x2 (4), v5e:2x4 (8),"
                        + " v5e:4x4 (16), v5e:4x8 (32), v5e:8x8 (64), v5e:8x16 (128), v5e:16x16 (256)");
        assertThatThrownBy(() -> TpuTopology.named("v3"))
                .hasMessageStartingWith("there is no topology 'v3'; there are v3:2x2 (8), v3:4x4 (32)");
    }

    @Test
    void aKindThatIsNotThereListsAll() {
        assertThatThrownBy(() -> TpuTopology.named("v9:2x2"))
                .isInstanceOf(PlanException.class)
                .hasMessageStartingWith("'v9:2x2' is no TPU topology; there are v2:2x2 (8), ")
                .hasMessageContainingAll("v3:", "v4:", "v5e:", "v5p:", "v6e:", "tpu7x:");
    }

    @Test
    void tooFewDevicesListSlicesThatHaveEnough() {
        assertThatThrownBy(() -> TpuTopology.named("v5e:2x2").requireDevices(64))
                .hasMessage("v5e:2x2 has 4 devices, 64 are asked for; enough have v5e:8x8 (64), v5e:8x16 (128),"
                        + " v5e:16x16 (256)");
        assertThatThrownBy(() -> TpuTopology.named("v5e:2x2").requireDevices(1024))
                .hasMessage("v5e:2x2 has 4 devices, 1024 are asked for; no slice of v5e has as many");
    }

    @Test
    void aCoreHasItsPartOfTheChip() {
        assertThat(TpuGeneration.V3.bandwidth()).isEqualTo(450e9);
        assertThat(TpuGeneration.V3.peakFlops()).isEqualTo(61.5e12);
        assertThat(TpuGeneration.V5E.bandwidth()).isEqualTo(819e9);
        // Each core of a v4 chip may address all of its memory; both may not fill it.
        assertThat(TpuGeneration.V4.memoryOf(32L << 30)).isEqualTo(16L << 30);
        assertThat(TpuGeneration.V3.memoryOf(16L << 30)).isEqualTo(16L << 30);
    }

    @Test
    void aRunTakesAtLeastItsTrafficAndItsProducts() {
        var cost = new HloCost(197_000_000_000L, 8_190_000_000L, List.of(), 0);

        var prediction = Prediction.of(cost, TpuGeneration.V5E);

        assertThat(prediction.memorySeconds()).isCloseTo(0.01, within(1e-9));
        assertThat(prediction.computeSeconds()).isCloseTo(0.001, within(1e-9));
        assertThat(prediction.leastSeconds()).isEqualTo(prediction.memorySeconds());
        assertThat(prediction.boundByMemory()).isTrue();
    }
}
