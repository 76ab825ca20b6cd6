package io.meshtransformer.gptj.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateScheduleTest {
    /** Of the reference's golden trajectories. */
    private final LearningRateSchedule golden = new LearningRateSchedule(3, 5, 0.002, 0.0002);

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 0.0006666667",
        "2, 0.0013333334",
        "3, 0.0020000001",
        "4, 0.0018281154",
        "5, 0.0013781154",
        "6, 0.0008218846",
        "7, 0.0003718848",
        "8, 0.0002000000",
        "1000000, 0.0002"
    })
    void isTheReferences(long count, double rate) {
        assertThat(golden.at(count)).isCloseTo(rate, within(1e-9));
    }

    @Test
    void mayBeginAtThePeakAndDropAtOnce() {
        assertThat(new LearningRateSchedule(0, 10, 1, 0.1).at(0)).isEqualTo(1);
        assertThat(new LearningRateSchedule(2, 0, 1, 0.1).at(1)).isEqualTo(0.5);
        assertThat(new LearningRateSchedule(2, 0, 1, 0.1).at(2)).isCloseTo(0.1, within(1e-15));
    }

    @Test
    void refusesWhatIsNoRate() {
        assertThatThrownBy(() -> new LearningRateSchedule(1, 1, Double.NaN, 0))
                .hasMessage("peak learning rate: NaN must be finite and at least 0");
        assertThatThrownBy(() -> new LearningRateSchedule(-1, 1, 1, 0)).hasMessageContaining("warm-up steps: -1.0");
    }
}
