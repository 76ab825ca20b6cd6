package io.meshtransformer.xla.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.xla.Plugins;
import org.junit.jupiter.api.Test;

class MatrixPeakTest {
    /** Any processor of this century reaches a GFLOP per second, and none a PFLOP. */
    @Test
    void isMeasuredWhereItIsNotKnown() {
        try (var devices = Devices.open(Devices.plugin(Plugins.requireCpu()), 4)) {
            assertThat(MatrixPeak.flopsPerSecond(devices, ElementType.F32)).isBetween(1e9, 1e15);
        }
    }
}
