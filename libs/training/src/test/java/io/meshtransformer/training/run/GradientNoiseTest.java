package io.meshtransformer.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GradientNoiseTest {
    /** Gradients of sequences are a true one and noise, so the scale is known: the noise's variance over its square. */
    @Test
    void findsTheScaleOfMadeUpGradients() {
        var random = new SplittableRandom(1);
        var noise = new GradientNoise(2, 16, GradientNoise.Averages.NONE);
        var dimensions = 200;
        var truth = 0.04;
        var deviation = 0.1;
        for (var step = 0; step < 800; step++) {
            var whole = new double[dimensions];
            var micro = 0.0;
            for (var batch = 0; batch < 8; batch++) {
                var squared = 0.0;
                for (var i = 0; i < dimensions; i++) {
                    var value = truth + deviation * random.nextGaussian() / Math.sqrt(2);
                    squared += value * value;
                    whole[i] += value / 8;
                }
                micro += Math.sqrt(squared) / 8;
            }
            var squared = 0.0;
            for (var value : whole) {
                squared += value * value;
            }
            noise.add(micro, Math.sqrt(squared));
        }
        var scale = noise.add(0.1, 5).orElseThrow();
        assertThat(scale).isCloseTo(deviation * deviation / (truth * truth), within(0.6));
        assertThat(noise.averages().steps()).isEqualTo(800);
    }

    @Test
    void hasNoEstimateFromOneSize() {
        assertThat(new GradientNoise(4, 4, GradientNoise.Averages.NONE).add(1, 1))
                .isEmpty();
    }
}
