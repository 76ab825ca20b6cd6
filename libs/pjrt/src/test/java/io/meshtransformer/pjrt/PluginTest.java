package io.meshtransformer.pjrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.pjrt.PjrtException.UnusablePlugin;
import io.meshtransformer.pjrt.PjrtException.XlaError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginTest {
    @TempDir
    Path directory;

    @Test
    void aPluginIsLoadedOnceByPath() throws IOException {
        var plugin = Plugins.cpu();
        var link = Files.createSymbolicLink(directory.resolve("plugin.so"), plugin.path());

        assertThat(Plugin.load(link)).isSameAs(plugin);
        assertThat(plugin.attributes()).containsKeys("xla_version", "stablehlo_current_version");
        assertThat(plugin.attributes().get("stablehlo_minimum_version").value()).isInstanceOf(List.class);
    }

    /** JNA unloads a library when its Java object is collected: the process would end here. */
    @Test
    void aPluginStaysLoadedWhenGarbageIsCollected() {
        var plugin = Plugins.cpu();
        for (var collection = 0; collection < 5; collection++) {
            System.gc();
            try (var client = plugin.createClient()) {
                assertThat(client.platformName()).isEqualTo("cpu");
            }
        }
    }

    @Test
    void aVersionThatCannotBeUsedIsRefusedNamingBoth() {
        var path = Path.of("/plugins/some.so");

        assertThatCode(() -> PjrtApi.requireVersion(path, 0, 83)).doesNotThrowAnyException();
        assertThatCode(() -> PjrtApi.requireVersion(path, 0, 200)).doesNotThrowAnyException();
        assertThatThrownBy(() -> PjrtApi.requireVersion(path, 1, 0))
                .isInstanceOf(UnusablePlugin.class)
                .hasMessage("/plugins/some.so speaks version 1.0 of the PJRT C interface;"
                        + " this library needs 0.83 or a later 0.x");
        assertThatThrownBy(() -> PjrtApi.requireVersion(path, 0, 82)).hasMessageContaining("speaks version 0.82");
    }

    @Test
    void aFileThatIsNoPluginIsRefused() throws IOException {
        var text = Files.writeString(directory.resolve("plugin.so"), "no library");

        assertThatThrownBy(() -> Plugin.load(directory.resolve("absent.so")))
                .isInstanceOf(UnusablePlugin.class)
                .hasMessageContaining("there is no plugin at");
        assertThatThrownBy(() -> Plugin.load(text))
                .isInstanceOf(UnusablePlugin.class)
                .hasMessageContaining("cannot be loaded");
        assertThatThrownBy(() -> Plugin.load(anyLibrary()))
                .isInstanceOf(UnusablePlugin.class)
                .hasMessageEndingWith("is no PJRT plugin: it has no GetPjrtApi");
    }

    private static Path anyLibrary() {
        return Path.of(System.getProperty("java.home"), "lib", "libzip.so");
    }

    @Test
    void aClientKnowsItsDevices() {
        try (var client = Plugins.cpuClient(3)) {
            assertThat(client.platformName()).isEqualTo("cpu");
            assertThat(client.platformVersion()).isNotEmpty();
            assertThat(client.processIndex()).isZero();
            assertThat(client.devices()).extracting(Device::id).containsExactly(0, 1, 2);
            assertThat(client.addressableDevices()).isEqualTo(client.devices());
            assertThat(client.memories()).extracting(MemorySpace::kind).contains("device");
            var device = client.devices().get(1);
            assertThat(device.description().kind()).isEqualTo("cpu");
            assertThat(device.description().coordinates()).isEmpty();
            assertThat(device.localHardwareId()).isNotNegative();
            assertThat(device.memories()).contains(device.defaultMemory());
            assertThat(device.memoryStatistics()).isEmpty();
            assertThat(client.topology().devices()).hasSize(3);
        }
    }

    @Test
    void aDefaultAssignmentHasEveryDeviceOnce() {
        try (var client = Plugins.cpuClient(8)) {
            assertThat(client.defaultDeviceAssignment(2, 4).devices())
                    .containsExactly(List.of(0, 1, 2, 3), List.of(4, 5, 6, 7));
        }
    }

    @Test
    void anErrorHasXlasCodeAndMessage() {
        var plugin = Plugins.cpu();

        assertThatThrownBy(() -> plugin.createClient(NamedValue.of("cpu_device_count", "many")))
                .isInstanceOfSatisfying(
                        XlaError.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("cpu_device_count");
    }
}
