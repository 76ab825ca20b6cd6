package io.meshtransformer.gateway.completion;

import io.meshtransformer.gateway.GatewayConfiguration;
import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;

/** The limits as they are by default. */
record TestLimits(
        MemorySize body,
        int prompts,
        int choices,
        int totalChoices,
        int stops,
        int logprobs,
        int logitBiases,
        int continuations)
        implements GatewayConfiguration.Limits {
    static final TestLimits DEFAULT =
            new TestLimits(new MemorySize(BigInteger.valueOf(1 << 24)), 2048, 128, 4096, 16, 20, 1024, 2048);
}
