package io.meshtransformer.evaluation.service.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.evaluation.service.store.RefusalStore.RefusedRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Duration FIRST = Duration.ofSeconds(1);

    private static Verdict of(FailureCode code, int before) {
        return Verdict.of(new RefusedRequest("hash", code, "why"), before, FIRST);
    }

    @Test
    void pausesGrowToAMinute() {
        assertThat(of(FailureCode.OVERLOADED, 0)).isEqualTo(new Verdict.Again(FIRST));
        assertThat(of(FailureCode.OVERLOADED, 3)).isEqualTo(new Verdict.Again(Duration.ofSeconds(8)));
        assertThat(of(FailureCode.DEADLINE_EXCEEDED, 1_000)).isEqualTo(new Verdict.Again(Duration.ofMinutes(1)));
    }

    @Test
    void aFaultIsGivenUpAfterEightTimes() {
        assertThat(of(FailureCode.INTERNAL_ERROR, 6)).isInstanceOf(Verdict.Again.class);
        assertThat(of(FailureCode.INTERNAL_ERROR, 7))
                .isEqualTo(new Verdict.GivenUp("a request was refused 8 times, the last time: why"));
    }

    @Test
    void whatWillNeverBeAnsweredIsGivenUpAndAnotherModelIsLookedFor() {
        assertThat(of(FailureCode.CONTEXT_LENGTH_EXCEEDED, 0)).isEqualTo(new Verdict.GivenUp("why"));
        assertThat(of(FailureCode.MODEL_CHANGED, 0)).isEqualTo(new Verdict.AnotherAnswers());
        assertThat(of(FailureCode.MODEL_NOT_FOUND, 0)).isEqualTo(new Verdict.AnotherAnswers());
    }
}
