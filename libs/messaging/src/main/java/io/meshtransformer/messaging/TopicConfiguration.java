package io.meshtransformer.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How topics are created. */
@ConfigMapping(prefix = "mtj.topics")
public interface TopicConfiguration {
    /** Copies of each record. */
    @WithDefault("1")
    short replicationFactor();

    /** How long a starting service waits for the broker. */
    @WithDefault("60s")
    Duration patience();
}
