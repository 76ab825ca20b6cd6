package io.meshtransformer.inference;

import static io.meshtransformer.inference.Harness.MODEL;
import static io.meshtransformer.inference.Harness.SERVED;
import static io.meshtransformer.inference.Harness.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.inference.scheduler.Submission;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who answers, and requests that only one may answer. */
class IdentityTest {

    private final Harness harness = Harness.create();

    @Test
    void whoAnswersIsToldAtOnceThoughEverySlotIsTakenAndOthersWait() {
        for (int i = 0; i < 2 * Harness.LIMITS.slots(); i++) {
            harness.greedy(prompt(10), 20);
        }
        harness.step();
        var question = harness.submit(new InferenceRequest.Describe("who", MODEL, null), Priority.BATCH);
        harness.step();

        assertThat(harness.last(question)).isEqualTo(new AnswerEvent.ModelServed("who", SERVED));
        assertThat(harness.scheduler.state().reservedSlots()).isEqualTo(Harness.LIMITS.slots());
    }

    @Test
    void aRequestForThisIdentityIsAnsweredAsOneForAny() {
        var any = harness.score(prompt(9), prompt(3));
        var this1 = score(SERVED.identity());
        var generated = generate(SERVED.identity());
        harness.finish();

        assertThat(((AnswerEvent.ScoreCompleted) harness.last(this1)).scores())
                .isEqualTo(((AnswerEvent.ScoreCompleted) harness.last(any)).scores());
        assertThat(harness.last(generated)).isInstanceOf(AnswerEvent.GenerationCompleted.class);
    }

    @Test
    void aRequestForAnotherIdentityIsRefusedWithBoth() {
        for (var request : List.of(score("c3"), generate("c3"))) {
            harness.step();

            assertThat(harness.failure(request).code()).isEqualTo(FailureCode.MODEL_CHANGED);
            assertThat(harness.failure(request).parameter()).isEqualTo("identity");
            assertThat(harness.failure(request).message())
                    .isEqualTo("the request is for the identity c3, but 'scripted' is served with a1 here"
                            + " (scripted, fp32)");
        }
        assertThat(harness.scripted().steps()).isEmpty();
    }

    @Test
    void anotherModelIsNotDescribed() {
        var question = harness.submit(new InferenceRequest.Describe("who", "other", null));
        harness.step();

        assertThat(harness.failure(question).code()).isEqualTo(FailureCode.MODEL_NOT_FOUND);
    }

    private Submission score(String identity) {
        return harness.submit(new InferenceRequest.Score(
                "s", MODEL, TokenIds.of(prompt(9)), List.of(TokenIds.of(prompt(3))), null, identity));
    }

    private Submission generate(String identity) {
        return harness.submit(
                new InferenceRequest.Generate("g", MODEL, TokenIds.of(prompt(9)), Harness.greedily(3), null, identity));
    }
}
