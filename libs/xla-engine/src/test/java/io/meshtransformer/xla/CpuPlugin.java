package io.meshtransformer.xla;

import static org.junit.jupiter.api.Assumptions.abort;

import io.meshtransformer.pjrt.plugin.PluginStoreException;
import io.meshtransformer.xla.runtime.Devices;

/** The CPU plugin of this machine. */
final class CpuPlugin {
    static final String NAME = "cpu";

    private CpuPlugin() {}

    /** Skips the calling test, with a sentence, where the plugin is not installed. */
    static String require() {
        try {
            Devices.library(NAME);
            return NAME;
        } catch (PluginStoreException missing) {
            System.err.println("SKIPPED: nothing that XLA computes is checked, " + missing.getMessage());
            return abort(missing.getMessage());
        }
    }
}
