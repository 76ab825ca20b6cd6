package io.meshtransformer.inference.engine;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an engine that compiles for devices runs.
 *
 * @param plugin {@code cpu}, {@code tpu}, {@code cuda}, or the path of a plugin's library
 * @param mp devices that a model is cut over
 * @param dp copies of it
 * @param programCache directory of compiled programs; the engine's own where empty
 */
public record DeviceSettings(String plugin, int mp, int dp, Optional<Path> programCache) {
    /** One CPU. */
    public static final DeviceSettings DEFAULT = new DeviceSettings("cpu", 1, 1, Optional.empty());

    public DeviceSettings {
        requireNonNull(plugin, "plugin is null");
        requireNonNull(programCache, "programCache is null");
        requireAtLeastOne("mtj.engine.mp", mp);
        requireAtLeastOne("mtj.engine.dp", dp);
    }

    private static void requireAtLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be at least 1");
        }
    }
}
