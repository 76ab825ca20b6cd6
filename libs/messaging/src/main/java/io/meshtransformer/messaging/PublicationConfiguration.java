package io.meshtransformer.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Published checkpoints beside the model that a service was started for; the same for all services of a suite. */
@ConfigMapping(prefix = "mtj.models")
public interface PublicationConfiguration {
    /** Most that are offered at once, of all that were published the newest; 0 for none. */
    @WithDefault("2")
    int published();
}
