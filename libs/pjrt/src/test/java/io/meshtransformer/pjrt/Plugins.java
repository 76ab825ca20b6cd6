package io.meshtransformer.pjrt;

import static org.junit.jupiter.api.Assumptions.abort;

import io.meshtransformer.pjrt.plugin.InstallProgress;
import io.meshtransformer.pjrt.plugin.PluginPackage;
import io.meshtransformer.pjrt.plugin.PluginStore;
import io.meshtransformer.pjrt.plugin.PluginStoreException;

/** The plugins that tests run on. */
final class Plugins {
    private Plugins() {}

    /** The CPU plugin, downloaded at the first use; a test that can't have it is skipped, with a sentence. */
    static Plugin cpu() {
        try {
            return Plugin.load(PluginStore.ofUser()
                    .install(PluginPackage.CPU, InstallProgress.SILENT)
                    .library());
        } catch (PluginStoreException unavailable) {
            return abort("SKIPPED, nothing ran on XLA: " + unavailable.getMessage());
        }
    }

    /** The TPU plugin if it is there; it is too large to be downloaded for a test. */
    static Plugin tpu() {
        return PluginStore.ofUser()
                .find(PluginPackage.TPU)
                .map(installed -> Plugin.load(installed.library()))
                .orElseGet(() -> abort("SKIPPED, nothing was compiled for TPUs: ./mtj plugin install tpu brings the"
                        + " plugin of 205 MB"));
    }

    static Client cpuClient(int devices) {
        return cpu().createClient(NamedValue.of("cpu_device_count", devices));
    }
}
