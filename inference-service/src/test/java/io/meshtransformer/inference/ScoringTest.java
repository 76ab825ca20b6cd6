package io.meshtransformer.inference;

import static io.meshtransformer.inference.Harness.OPTIONS;
import static io.meshtransformer.inference.Harness.VOCABULARY;
import static io.meshtransformer.inference.Harness.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.ContinuationScore;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.gptj.engine.EngineLimits;
import io.meshtransformer.gptj.sampling.LogSoftmax;
import io.meshtransformer.inference.scheduler.Submission;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScoringTest {

    private final Harness harness = Harness.create();

    @Test
    void continuationsAreScoredTokenByToken() {
        var context = prompt(50);
        var continuations = new int[][] {{3}, {1, 2, 3}, prompt(40), {9, 9}};
        var request = harness.score(context, continuations);
        harness.finish();

        var scores = scores(request);
        for (int i = 0; i < continuations.length; i++) {
            assertThatScoreIsRight(scores.get(i), context, continuations[i]);
        }
        var usage = ((AnswerEvent.ScoreCompleted) harness.last(request)).usage();
        assertThat(usage.promptTokens()).isEqualTo(50 + 1 + 3 + 40 + 2);
        assertThat(harness.engine.freeKvTokens()).isEqualTo(Harness.LIMITS.kvTokens());
    }

    @Test
    void theGreedyContinuationIsGreedyAndNoOtherIs() {
        var context = prompt(5);
        var path = new int[6];
        for (int i = 0; i < path.length; i++) {
            var ids = Arrays.copyOf(context, context.length + i);
            System.arraycopy(path, 0, ids, context.length, i);
            path[i] = LogSoftmax.of(harness.scripted().logitsAfter(ids), 0, VOCABULARY)
                    .argmax();
        }
        var other = path.clone();
        other[3] = (other[3] + 1) % VOCABULARY;
        var request = harness.score(context, path, other);
        harness.finish();

        assertThat(scores(request)).extracting(ContinuationScore::greedy).containsExactly(true, false);
    }

    @Test
    void theContextIsReadOnceAndThousandsOfContinuationsPassThroughFewSlots() {
        var random = new Random(1);
        var continuations = new int[3000][];
        var tokens = 0;
        for (int i = 0; i < continuations.length; i++) {
            continuations[i] = random.ints(1 + random.nextInt(6), 0, VOCABULARY).toArray();
            tokens += continuations[i].length - 1;
        }
        var context = prompt(60);
        var request = harness.score(context, continuations);
        harness.finish();

        var read = harness.scripted().steps().stream()
                .flatMap(List::stream)
                .mapToInt(chunk -> chunk.ids().length)
                .sum();
        assertThat(read).isEqualTo(context.length + tokens);
        for (int i = 0; i < continuations.length; i += 100) {
            assertThatScoreIsRight(scores(request).get(i), context, continuations[i]);
        }
    }

    @Test
    void oneSlotIsEnough() {
        var limits = new EngineLimits(1, 64, 64, 16, 16, 4);
        var narrow = new Harness(new ScriptedEngine(VOCABULARY, limits), OPTIONS);
        var continuations = new int[][] {prompt(20), {1, 2}, prompt(30)};
        var request = narrow.score(prompt(30), continuations);
        narrow.finish();

        var scores = ((AnswerEvent.ScoreCompleted) narrow.last(request)).scores();
        for (int i = 0; i < continuations.length; i++) {
            assertThatScoreIsRight(scores.get(i), prompt(30), continuations[i]);
        }
    }

    @Test
    void contextAndContinuationMayFillTheWindowPlusTheLastTarget() {
        var fits = harness.score(prompt(100), prompt(29));
        var tooLong = harness.score(prompt(100), prompt(30));
        harness.finish();

        assertThatScoreIsRight(scores(fits).getFirst(), prompt(100), prompt(29));
        assertThat(harness.failure(tooLong).code()).isEqualTo(FailureCode.CONTEXT_LENGTH_EXCEEDED);
        assertThat(harness.failure(tooLong).message()).contains("129").contains("128");
    }

    @Test
    void anUnknownTokenIsNamed() {
        var request = harness.score(prompt(4), new int[] {1, VOCABULARY});
        harness.step();

        assertThat(harness.failure(request).code()).isEqualTo(FailureCode.INVALID_REQUEST);
        assertThat(harness.failure(request).message()).contains("50").contains("49");
    }

    private List<ContinuationScore> scores(Submission request) {
        return ((AnswerEvent.ScoreCompleted) harness.last(request)).scores();
    }

    private void assertThatScoreIsRight(ContinuationScore score, int[] context, int[] continuation) {
        assertThat(score.tokenIds().toArray()).isEqualTo(continuation);
        var sum = 0.0;
        for (int i = 0; i < continuation.length; i++) {
            var ids = Arrays.copyOf(context, context.length + i);
            System.arraycopy(continuation, 0, ids, context.length, i);
            var row = harness.scripted().logitsAfter(ids);
            var expected = LogSoftmax.of(row, 0, VOCABULARY).logprob(continuation[i]);
            assertThat(score.tokenLogprobs().get(i)).isEqualTo(expected);
            sum += expected;
        }
        assertThat(score.logprob()).isCloseTo(sum, within(1e-9));
    }
}
