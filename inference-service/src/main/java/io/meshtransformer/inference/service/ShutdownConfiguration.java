package io.meshtransformer.inference.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What happens at SIGTERM. */
@ConfigMapping(prefix = "mtj.shutdown")
public interface ShutdownConfiguration {

    /** How long running requests may go on; those that don't finish are another worker's. */
    @WithDefault("5s")
    Duration grace();
}
