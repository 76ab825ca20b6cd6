package io.meshtransformer.xla;

import static org.junit.jupiter.api.Assumptions.abort;

import io.meshtransformer.pjrt.plugin.PluginStoreException;
import io.meshtransformer.xla.runtime.Devices;

/** Plugins of this machine. */
public final class Plugins {
    private static final String CPU = "cpu";

    private Plugins() {}

    /** Skips the calling test, with a sentence, where the plugin is not installed. */
    public static String requireCpu() {
        try {
            Devices.library(CPU);
            return CPU;
        } catch (PluginStoreException missing) {
            System.err.println("SKIPPED: nothing that XLA computes is checked, " + missing.getMessage());
            return abort(missing.getMessage());
        }
    }
}
