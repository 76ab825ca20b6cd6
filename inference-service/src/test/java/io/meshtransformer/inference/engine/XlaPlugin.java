package io.meshtransformer.inference.engine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meshtransformer.pjrt.plugin.PluginPackage;
import io.meshtransformer.pjrt.plugin.PluginStore;
import java.nio.file.Path;

/** The CPU plugin of this machine; tests of the XLA engine are skipped without it. */
public final class XlaPlugin {
    /** Compiled programs of tests. */
    public static final Path PROGRAMS = Path.of("target", "programs");

    private XlaPlugin() {}

    /** Skips the calling test, with a sentence, where the plugin is not installed. */
    public static void require() {
        var installed = isInstalled();
        if (!installed) {
            System.err.println("SKIPPED: the XLA engine is not checked, ./mtj plugin install cpu gets its CPU plugin");
        }
        assumeTrue(installed, "the XLA engine's CPU plugin is not installed");
    }

    /** Named by tests that need it before they start. */
    public static boolean isInstalled() {
        return PluginStore.ofUser().find(PluginPackage.CPU).isPresent();
    }
}
