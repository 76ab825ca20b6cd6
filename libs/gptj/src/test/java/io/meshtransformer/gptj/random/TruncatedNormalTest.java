package io.meshtransformer.gptj.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TruncatedNormalTest {
    private static final double BELOW_THE_CUT = 0.02275013194817921;

    /** Quantiles of the normal distribution, as printed in statistical tables. */
    @ParameterizedTest
    @CsvSource({
        "0.5, 0",
        "0.841344746068543, 1",
        "0.158655253931457, -1",
        "0.691462461274013, 0.5",
        "0.933192798731142, 1.5"
    })
    void isTheInverseOfTheNormalDistribution(double probability, double quantile) {
        var fraction = (probability - BELOW_THE_CUT) / (1 - 2 * BELOW_THE_CUT);
        assertThat((double) TruncatedNormal.value((int) (long) (fraction * 0x1p32)))
                .isCloseTo(quantile, within(1e-5));
    }

    @Test
    void isCutAtTwoStandardDeviations() {
        assertThat(TruncatedNormal.value(0)).isCloseTo(-2f, within(1e-6f));
        assertThat(TruncatedNormal.value(-1)).isCloseTo(2f, within(1e-6f));
    }

    @Test
    void hasTheVarianceOfTheCutDistribution() {
        var squares = 0.0;
        var steps = 1 << 20;
        for (var i = 0; i < steps; i++) {
            squares += Math.pow(TruncatedNormal.value(i << 12 | 0x800), 2);
        }
        // 1 - 2 * 2 * density(2) / (distribution(2) - distribution(-2))
        assertThat(squares / steps).isCloseTo(0.7737413, within(1e-5));
    }
}
