package io.meshtransformer.pjrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.pjrt.PjrtException.Closed;
import io.meshtransformer.pjrt.PjrtException.XlaError;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compiles for TPUs that are not there. */
class TopologyTest {
    private static final int CORES = 256;

    @Test
    void aTopologyHasItsDevicesAndTheirPlaces() {
        try (var topology = Plugins.tpu().topology("v3:8x16")) {
            assertThat(topology.platformName()).isEqualTo("tpu");
            assertThat(topology.platformVersion()).isNotEmpty();
            assertThat(topology.attributes()).isNotEmpty();
            var devices = topology.devices();
            assertThat(devices).hasSize(CORES).extracting(DeviceDescription::id).doesNotHaveDuplicates();
            assertThat(devices).extracting(DeviceDescription::kind).containsOnly("TPU v3");
            assertThat(devices.getLast().coordinates()).contains(List.of(7L, 15L, 0L));
        }
    }

    @Test
    void anOptionChangesATopology() {
        try (var cores = Plugins.tpu().topology("v4:2x2x2");
                var chips = Plugins.tpu().topology("v4:2x2x2", NamedValue.of("chip_config_name", "megacore"))) {
            assertThat(cores.devices()).hasSize(16);
            assertThat(chips.devices()).hasSize(8);
        }
    }

    @Test
    void aProgramIsCompiledForATpuPodSlice() {
        try (var topology = Plugins.tpu().topology("v3:8x16");
                var executable = topology.compile(
                        Programs.shardedDot(CORES, 512, 1024 * CORES, 512), CompileOptions.sharded(CORES))) {
            assertThat(executable.partitions()).isEqualTo(CORES);
            assertThat(executable.outputs()).containsExactly(Shape.of(ElementType.F32, 512, 512));
            assertThat(executable.memory().arguments()).isEqualTo(2L * 512 * 1024 * Float.BYTES);
            assertThat(executable.memory().generatedCode()).isPositive();
            assertThat(executable.costAnalysis().get("flops")).isGreaterThanOrEqualTo(2.0 * 512 * 512 * 1024);
            assertThat(HloText.of(executable.optimizedProgram())).contains("all-reduce");
            assertThat(executable.serialize()).isNotEmpty();
        }
    }

    @Test
    void aProgramThatDoesNotFitSaysByHowMuch() {
        try (var topology = Plugins.tpu().topology("v3:4x4")) {
            var tooLarge = Programs.shardedDot(32, 1 << 16, 1 << 20, 1 << 16);

            assertThatThrownBy(() -> topology.compile(tooLarge, CompileOptions.sharded(32)))
                    .isInstanceOfSatisfying(
                            XlaError.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED))
                    .hasMessageContainingAll("32.00G", "available HBM");
        }
    }

    @Test
    void aTopologyThatDoesNotExistIsAnError() {
        var plugin = Plugins.tpu();

        assertThatThrownBy(() -> plugin.topology("v3:nowhere")).isInstanceOf(XlaError.class);
    }

    @Test
    void aClosedTopologyClosesWhatWasCompiledForIt() {
        var topology = Plugins.tpu().topology("v2:2x2");
        var executable = topology.compile(Programs.sum(), CompileOptions.singleDevice());

        topology.close();

        assertThatThrownBy(executable::memory).isInstanceOf(Closed.class);
        assertThatThrownBy(topology::devices).isInstanceOf(Closed.class);
    }
}
