package io.meshtransformer.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Where this gateway's answers come in. */
@ConfigMapping(prefix = "mtj.gateway")
public interface GatewayConfiguration {
    /** The partition of {@code inference.answers} that is this gateway's alone. */
    @WithDefault("0")
    int replyPartition();

    Replays replays();

    /** How streams are taken up again. */
    interface Replays {
        /** How many may be in the past at once; each takes a consumer and a thread until it has come to the present. */
        @WithDefault("128")
        int atOnce();

        /** How long one more waits for another's place. */
        @WithDefault("30s")
        Duration patience();
    }
}
