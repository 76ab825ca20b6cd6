package io.meshtransformer.xla.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.meshtransformer.pjrt.plugin.PluginPackage;
import io.meshtransformer.pjrt.plugin.PluginStore;
import org.junit.jupiter.api.Test;

class EngineTest {
    @Test
    void djlFindsIt() {
        assertThat(Engine.hasEngine("XLA")).isTrue();
        var engine = Xla.engine();
        assertThat(engine).isSameAs(new XlaEngineProvider().getEngine());
        assertThat(engine.getVersion()).matches("PJRT 0\\.\\d+");
        assertThat(engine.toString()).isEqualTo("XLA on cpu");
        assertThat(engine.getGpuCount()).isZero();
    }

    /** The smallest rank is DJL's default: PyTorch has 2, OnnxRuntime 10, and RPC, which is in DJL's API itself, 15. */
    @Test
    void itIsNeverTheDefaultUnasked() {
        assertThat(new XlaEngineProvider().getEngineRank()).isGreaterThan(15);
        assertThat(Engine.getDefaultEngineName()).isEqualTo(Engine.hasEngine("PyTorch") ? "PyTorch" : "RPC");
        if (!Engine.hasEngine("PyTorch")) {
            assertThat(Xla.engine().getAlternativeEngine()).isNull();
        }
    }

    @Test
    void devicesHaveNamesOfDjl() {
        var engine = Xla.engine();
        assertThat(engine.defaultDevice()).isEqualTo(Device.cpu());
        assertThat(engine.getDevices(2)).containsExactly(Device.cpu(), Device.of("vcpu", 1));
        try (var manager = engine.newBaseManager(Device.fromName("vcpu3", engine))) {
            assertThat(manager.create(1f).getDevice()).isEqualTo(Device.of("vcpu", 3));
        }
        assertThatThrownBy(() -> engine.newBaseManager(Device.of("npu", 0)))
                .hasMessage("there is no device npu(0); the plugin cpu has [cpu(), vcpu(1), vcpu(2), vcpu(3)]");
    }

    @Test
    void aPluginCanBeAPath() {
        Xla.engine();
        var library = PluginStore.ofUser().require(PluginPackage.CPU).toString();
        var engine = new XlaEngine(new XlaSettings(library, 1, XlaSettings.NOBODY, PluginStore.ofUser()));
        try (NDManager manager = engine.newBaseManager(Device.cpu())) {
            assertThat(manager.create(2f).getFloat()).isEqualTo(2);
        }
    }

    @Test
    void aCountOfDevicesIsAtLeastOne() {
        assertThatThrownBy(() -> new XlaSettings("cpu", 0, "", PluginStore.ofUser()))
                .hasMessage("MTJ_XLA_CPU_DEVICES is 0, it must be at least 1");
    }
}
