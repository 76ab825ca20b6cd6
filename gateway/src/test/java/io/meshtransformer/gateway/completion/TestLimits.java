package io.meshtransformer.gateway.completion;

import io.meshtransformer.gateway.GatewayConfiguration;

/** The limits as they are by default. */
record TestLimits(
        io.quarkus.runtime.configuration.MemorySize body,
        int prompts,
        int choices,
        int totalChoices,
        int stops,
        int logprobs,
        int logitBiases,
        int continuations)
        implements GatewayConfiguration.Limits {
    static final TestLimits DEFAULT = new TestLimits(
            new io.quarkus.runtime.configuration.MemorySize(java.math.BigInteger.valueOf(1 << 24)),
            2048,
            128,
            4096,
            16,
            20,
            1024,
            2048);
}
