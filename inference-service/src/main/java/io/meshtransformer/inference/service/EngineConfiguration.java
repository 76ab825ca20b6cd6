package io.meshtransformer.inference.service;

import io.meshtransformer.inference.engine.DeviceSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What computes. */
@ConfigMapping(prefix = "mtj.engine")
public interface EngineConfiguration {

    /** One of {@link io.meshtransformer.inference.engine.EngineFactories}. */
    @WithParentName
    @WithDefault("vector")
    String kind();

    /** Of the weights in memory; where empty, what suits the model. */
    Optional<String> dtype();

    /** Most sequences at once. */
    OptionalInt slots();

    /** Tokens for which KV memory is set aside. */
    OptionalInt kvTokens();

    OptionalInt threads();

    /** Of the engine {@code xla}: {@code cpu}, {@code tpu}, {@code cuda}, or the path of a plugin's library. */
    @WithDefault("cpu")
    String plugin();

    /** Of the engine {@code xla}: devices that the model is cut over. */
    @WithDefault("1")
    int mp();

    /** Of the engine {@code xla}: copies of the model, each on devices of its own. */
    @WithDefault("1")
    int dp();

    /** Of the engine {@code xla}: directory of compiled programs; {@code ~/.cache/mtj/programs} where empty. */
    Optional<Path> programCache();

    default DeviceSettings devices() {
        return new DeviceSettings(plugin(), mp(), dp(), programCache());
    }

    /** How long the engine runs for nothing before the service is ready. */
    @WithDefault("1s")
    Duration warmUp();
}
