package io.meshtransformer.inference.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
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

    /** How long the engine runs for nothing before the service is ready. */
    @WithDefault("1s")
    Duration warmUp();
}
