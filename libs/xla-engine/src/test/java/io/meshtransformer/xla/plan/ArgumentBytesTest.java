package io.meshtransformer.xla.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.xla.program.CacheShape;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.program.GptjPrograms;
import org.junit.jupiter.api.Test;

class ArgumentBytesTest {
    /** As libtpu 0.0.51 counts the arguments of the compiled program, to less than padding makes of it. */
    @Test
    void argumentsOfADeviceAreKnownBeforeTheyAreCompiled() {
        var config = GptjConfig.sixBillion();
        var programs = new GptjPrograms(config, new DeviceMesh(1, 8), ElementType.BF16);

        var bytes =
                Planner.argumentBytes(programs.decode(CacheShape.of(config, 64)).program());

        assertThat((double) bytes).isBetween(0.995 * 9.031e9, 9.032e9);
    }
}
