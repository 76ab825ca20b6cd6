package io.meshtransformer.local.model;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.pjrt.plugin.PluginStoreException;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.runtime.Devices;

/**
 * On what the XLA engine computes.
 *
 * @param plugin {@code cpu}, {@code tpu}, {@code cuda}, or the path of a plugin's library
 * @param mp devices that a model is cut over
 * @param dp copies of it
 */
public record XlaOptions(String plugin, int mp, int dp) {
    /** One CPU. */
    public static final XlaOptions DEFAULT = new XlaOptions("cpu", 1, 1);

    public XlaOptions {
        requireNonNull(plugin, "plugin is null");
    }

    /** @throws LauncherException if the plugin is not installed, or the model cannot be laid over so many devices */
    public void require(GptjConfig config) {
        try {
            new DeviceMesh(dp, mp).requireFits(config);
            Devices.library(plugin);
        } catch (IllegalArgumentException | PluginStoreException refused) {
            throw new LauncherException(refused.getMessage(), refused);
        }
    }
}
