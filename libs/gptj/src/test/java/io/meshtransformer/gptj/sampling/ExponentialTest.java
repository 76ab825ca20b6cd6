package io.meshtransformer.gptj.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ExponentialTest {
    @Test
    void isExactToTheLastBits() {
        var random = new Random(1);
        for (var i = 0; i < 1_000_000; i++) {
            var x = -Math.pow(random.nextDouble(), 4) * 699.9;
            var exact = StrictMath.exp(x);
            // Relative to the result; an fp64 has 2^-53.
            assertThat(Math.abs(Exponential.of(x) - exact) / exact)
                    .as("e^%s", x)
                    .isLessThan(0x1p-51);
        }
    }

    @Test
    void isOneAtZeroAndZeroFarBelow() {
        assertThat(Exponential.of(0)).isEqualTo(1);
        assertThat(Exponential.of(-0.0)).isEqualTo(1);
        assertThat(Exponential.of(-701)).isZero();
        assertThat(Exponential.of(-1e300)).isZero();
        assertThat(Exponential.of(Double.NEGATIVE_INFINITY)).isZero();
        assertThat(Exponential.of(-700)).isCloseTo(StrictMath.exp(-700), within(1e-318));
    }

    @Test
    void neverRisesWhereItsArgumentFalls() {
        var before = 1.0;
        for (var x = 0.0; x > -20; x -= 1e-5) {
            var value = Exponential.of(x);
            assertThat(value).isLessThanOrEqualTo(before);
            before = value;
        }
    }
}
