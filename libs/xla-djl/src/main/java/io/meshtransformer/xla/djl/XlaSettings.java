package io.meshtransformer.xla.djl;

import ai.djl.util.Utils;
import io.meshtransformer.pjrt.plugin.PluginStore;

/**
 * What the engine is told from outside, each by an environment variable or a system property of the same name.
 *
 * @param plugin {@value #PLUGIN}: the plugin that is used where no device is named: "cpu", "tpu", "cuda", or the path of a
 *     PJRT library
 * @param cpuDevices {@value #CPU_DEVICES}: how many devices the CPU plugin makes of the machine
 * @param delegate {@value #DELEGATE}: the engine that does the array operations that are not done here, {@value #NOBODY}
 *     for none; empty to look for one
 * @param store where plugins are
 */
record XlaSettings(String plugin, int cpuDevices, String delegate, PluginStore store) {
    static final String PLUGIN = "MTJ_XLA_PLUGIN";
    static final String CPU_DEVICES = "MTJ_XLA_CPU_DEVICES";
    static final String DELEGATE = "MTJ_XLA_DELEGATE";
    static final String NOBODY = "none";

    XlaSettings {
        if (cpuDevices < 1) {
            throw new IllegalArgumentException(CPU_DEVICES + " is " + cpuDevices + ", it must be at least 1");
        }
    }

    static XlaSettings fromEnvironment() {
        return new XlaSettings(
                Utils.getEnvOrSystemProperty(PLUGIN, "cpu"),
                devices(Utils.getEnvOrSystemProperty(CPU_DEVICES, "1")),
                Utils.getEnvOrSystemProperty(DELEGATE, ""),
                PluginStore.ofUser());
    }

    private static int devices(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException error) {
            throw new IllegalArgumentException(CPU_DEVICES + " is \"" + text + "\", it must be a number", error);
        }
    }

    boolean pluginIsPath() {
        return plugin.contains("/");
    }
}
