package io.meshtransformer.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class EarlyCancellationsTest {

    private final EarlyCancellations early = new EarlyCancellations();
    private final Instant now = Instant.EPOCH;

    @Test
    void eachEndsOneRequest() {
        early.remember("a", now);

        assertThat(early.consume("b", now)).isFalse();
        assertThat(early.consume("a", now.plusSeconds(59))).isTrue();
        assertThat(early.consume("a", now.plusSeconds(59))).isFalse();
    }

    @Test
    void afterAMinuteTheyAreForgotten() {
        early.remember("a", now);

        assertThat(early.consume("a", now.plusSeconds(61))).isFalse();
    }

    @Test
    void theOldestGiveWayToNewOnes() {
        for (int i = 0; i <= 10_000; i++) {
            early.remember("r" + i, now);
        }

        assertThat(early.consume("r0", now)).isFalse();
        assertThat(early.consume("r1", now)).isTrue();
        assertThat(early.consume("r10000", now)).isTrue();
    }
}
