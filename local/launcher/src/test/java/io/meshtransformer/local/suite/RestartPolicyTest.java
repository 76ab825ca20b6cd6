package io.meshtransformer.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.local.suite.RestartPolicy.History;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration SHORT = Duration.ofSeconds(5);

    private final RestartPolicy policy = new RestartPolicy(
            List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(4)), 6, Duration.ofMinutes(1));

    @Test
    void aServiceThatWasReadyComesBackAtOnceEveryTime() {
        var history = History.NONE;
        for (var death = 1; death <= 6; death++) {
            var decision = policy.died(history, START, START.plus(SHORT), true);
            assertThat(decision.delay()).contains(Duration.ZERO);
            history = decision.history();
        }
    }

    @Test
    void aServiceThatDiesBeforeItIsReadyWaitsLongerEveryTime() {
        var first = policy.died(History.NONE, START, START.plus(SHORT), false);
        var second = policy.died(first.history(), START, START.plus(SHORT), false);
        var third = policy.died(second.history(), START, START.plus(SHORT), false);

        assertThat(List.of(first, second, third))
                .extracting(decision -> decision.delay().orElseThrow().toSeconds())
                .containsExactly(1L, 4L, 4L);
    }

    @Test
    void readinessInBetweenEndsTheWaiting() {
        var early = policy.died(History.NONE, START, START.plus(SHORT), false);
        var ready = policy.died(early.history(), START, START.plus(SHORT), true);

        assertThat(ready.delay()).contains(Duration.ZERO);
    }

    @Test
    void aServiceThatKeepsDyingIsGivenUp() {
        var decision = policy.died(new History(6, 0), START, START.plus(SHORT), true);

        assertThat(decision.delay()).isEmpty();
    }

    @Test
    void aQuietWhileForgetsTheDeathsBeforeIt() {
        var decision = policy.died(new History(6, 3), START, START.plus(Duration.ofMinutes(1)), true);

        assertThat(decision.delay()).contains(Duration.ZERO);
        assertThat(decision.history()).isEqualTo(new History(1, 0));
    }
}
