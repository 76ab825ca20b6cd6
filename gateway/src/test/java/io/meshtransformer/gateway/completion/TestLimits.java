package io.meshtransformer.gateway.completion;

import io.meshtransformer.gateway.GatewayConfiguration;
import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;

/** The limits as they are by default. */
record TestLimits(
        MemorySize body,
        MemorySize bodies,
        int prompts,
        int choices,
        int totalChoices,
        int stops,
        int logprobs,
        int logitBiases,
        int continuations)
        implements GatewayConfiguration.Limits {
    static final TestLimits DEFAULT = new TestLimits(megabytes(16), megabytes(64), 2048, 128, 4096, 16, 20, 1024, 2048);

    private static MemorySize megabytes(int count) {
        return new MemorySize(BigInteger.valueOf(count).shiftLeft(20));
    }
}
