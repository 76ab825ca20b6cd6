package io.meshtransformer.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where this gateway's answers come in. */
@ConfigMapping(prefix = "mtj.gateway")
public interface GatewayConfiguration {
    /** The partition of {@code inference.answers} that is this gateway's alone. */
    @WithDefault("0")
    int replyPartition();
}
