package io.meshtransformer.inference;

import static io.meshtransformer.inference.Harness.LIMITS;
import static io.meshtransformer.inference.Harness.OPTIONS;
import static io.meshtransformer.inference.Harness.VOCABULARY;
import static io.meshtransformer.inference.Harness.greedily;
import static io.meshtransformer.inference.Harness.prompt;
import static io.meshtransformer.inference.Harness.sampled;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gptj.engine.EngineLimits;
import io.meshtransformer.gptj.sampling.LogSoftmax;
import io.meshtransformer.inference.scheduler.Submission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulerTest {

    private final Harness harness = Harness.create();

    @Test
    void greedyTokensFollowTheEngine() {
        var prompt = prompt(40);
        var request = harness.greedy(prompt, 20);
        harness.finish();

        assertThat(harness.tokens(request, 0)).isEqualTo(greedyPath(prompt, 20));
        assertThat(harness.last(request)).isInstanceOf(AnswerEvent.GenerationCompleted.class);
        var usage = ((AnswerEvent.GenerationCompleted) harness.last(request)).usage();
        assertThat(usage.promptTokens()).isEqualTo(40);
        assertThat(usage.completionTokens()).isEqualTo(20);
        assertThatEverythingIsFree();
    }

    @Test
    void aRequestJoinsAtTheNextStep() {
        harness.greedy(prompt(4), 50);
        harness.step();
        var late = harness.greedy(prompt(5), 10);
        harness.step();

        assertThat(harness.tokens(late, 0)).hasSize(1);
    }

    @Test
    void runningStreamsGetATokenInEveryStepWhileALongPromptIsRead() {
        var stream = harness.greedy(prompt(4), 50);
        harness.step();
        var late = harness.greedy(prompt(100), 10);
        for (int tokens = 2; tokens <= 4; tokens++) {
            var report = harness.step();
            assertThat(harness.tokens(stream, 0)).hasSize(tokens);
            assertThat(report.prefillTokens()).isEqualTo(OPTIONS.prefillTokens());
        }
        assertThat(harness.tokens(late, 0)).isEmpty();
        assertThat(harness.step().prefillTokens()).isEqualTo(4);
        assertThat(harness.tokens(late, 0)).hasSize(1);
    }

    @Test
    void aShortPromptPassesALongOne() {
        var first = harness.greedy(prompt(120), 1);
        harness.step();
        var second = harness.greedy(prompt(8), 1);
        harness.step();

        assertThat(harness.ended(second)).isTrue();
        assertThat(harness.ended(first)).isFalse();
    }

    @Test
    void longPromptsShareThePrefill() {
        var requests = List.of(harness.greedy(prompt(96), 1), harness.greedy(prompt(96), 1));
        harness.step();
        harness.step();
        var read = harness.scripted().steps().stream()
                .flatMap(List::stream)
                .mapToInt(chunk -> chunk.ids().length)
                .toArray();

        assertThat(read).containsExactly(16, 16, 16, 16);
        assertThat(requests).noneMatch(harness::ended);
    }

    @Test
    void everyWaitingPromptGetsItsTurn() {
        var limits = new EngineLimits(8, 128, 1024, 16, 256, 256);
        var many = new Harness(new ScriptedEngine(VOCABULARY, limits), OPTIONS);
        for (int i = 0; i < 8; i++) {
            many.greedy(prompt(64), 1);
        }
        many.step();
        many.step();

        // Four turns of eight tokens in each step, so after two steps all eight have had one.
        assertThat(many.scripted().steps().get(0)).hasSize(4);
        assertThat(many.scripted().steps().get(1)).hasSize(4);
        assertThat(many.scripted().steps().stream().flatMap(List::stream).map(chunk -> chunk.slot()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aCancelledRequestIsGoneInTheNextStep() {
        var running = harness.greedy(prompt(4), 50);
        harness.step();
        assertThat(harness.scheduler.cancel(running.request().requestId())).isTrue();
        var report = harness.step();

        assertThat(report.decodedSequences()).isZero();
        assertThat(harness.failure(running).code()).isEqualTo(FailureCode.CANCELLED);
        assertThatEverythingIsFree();
        assertThat(harness.scheduler.cancel(running.request().requestId())).isFalse();
    }

    @Test
    void aWaitingRequestCanBeCancelled() {
        for (int i = 0; i < LIMITS.slots(); i++) {
            harness.greedy(prompt(4), 20);
        }
        harness.step();
        var waiting = harness.greedy(prompt(4), 20);
        harness.scheduler.cancel(waiting.request().requestId());
        harness.step();

        assertThat(harness.failure(waiting).code()).isEqualTo(FailureCode.CANCELLED);
    }

    @Test
    void aRequestEndsAtItsDeadline() {
        var deadline = harness.now.plusMillis(5);
        var request = harness.submit(
                new InferenceRequest.Generate("r", Harness.MODEL, TokenIds.of(1), greedily(100), deadline));
        harness.finish();

        assertThat(harness.tokens(request, 0)).hasSize(5);
        assertThat(harness.failure(request).code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
        assertThat(harness.failure(request).message()).contains(deadline.toString());
        assertThatEverythingIsFree();
    }

    @Test
    void beyondTheQueueBoundARequestIsRefusedAtOnce() {
        var accepted = new ArrayList<Submission>();
        for (int i = 0; i < OPTIONS.interactiveQueue() + LIMITS.slots(); i++) {
            accepted.add(harness.greedy(prompt(4), 2));
        }
        var refused = harness.greedy(prompt(4), 2);
        var again = accepted.getFirst();
        harness.scheduler.abandon(again);
        harness.scheduler.resubmit(again, harness.now);
        harness.step();

        assertThat(harness.failure(refused).code()).isEqualTo(FailureCode.OVERLOADED);
        assertThat(harness.failure(refused).message()).contains("100");
        harness.finish();
        assertThat(accepted).allMatch(request -> harness.last(request) instanceof AnswerEvent.GenerationCompleted);
    }

    @Test
    void aRequestThatCanNeverFitIsRefusedWithBothNumbers() {
        var small = new Harness(new ScriptedEngine(VOCABULARY, new EngineLimits(4, 128, 64, 16, 64, 64)), OPTIONS);
        var memory = small.greedy(prompt(60), 10);
        var context = small.greedy(prompt(60), 100);
        small.finish();

        assertThat(small.failure(memory).message()).contains("69").contains("64");
        assertThat(small.failure(context).message()).contains("160").contains("128");
        assertThat(small.failure(context).code()).isEqualTo(FailureCode.CONTEXT_LENGTH_EXCEEDED);
    }

    @Test
    void batchRequestsWaitWhileInteractiveOnesDo() {
        for (int i = 0; i < LIMITS.slots() + 2; i++) {
            harness.greedy(prompt(4), 10 + i);
        }
        var batch = batch(prompt(4), 5);
        while (harness.scheduler.state().waitingInteractive() > 0
                || harness.events.values().stream().allMatch(List::isEmpty)) {
            harness.step();
            assertThat(harness.events.get(batch)).isEmpty();
        }
        harness.finish();
        assertThat(harness.tokens(batch, 0)).hasSize(5);
    }

    @Test
    void batchRequestsLeaveSlotsToInteractiveOnes() {
        for (int i = 0; i < 10; i++) {
            batch(prompt(4), 50);
        }
        harness.step();
        assertThat(harness.scheduler.state().running()).isEqualTo(LIMITS.slots() - OPTIONS.interactiveSlots());

        var interactive = harness.greedy(prompt(4), 5);
        harness.step();
        assertThat(harness.tokens(interactive, 0)).hasSize(1);
    }

    @Test
    void underUnbrokenInteractiveLoadBatchGetsOneAdmissionPerPatience() {
        var batches = new ArrayList<Submission>();
        for (int i = 0; i < 5; i++) {
            batches.add(batch(prompt(2), 2));
        }
        harness.step();
        harness.finish();
        batches.clear();
        for (int i = 0; i < 5; i++) {
            batches.add(batch(prompt(2), 2));
        }
        var start = harness.now;
        var admitted = new ArrayList<Long>();
        // Three patiences of a second, with the interactive queue never empty.
        while (harness.now.isBefore(start.plusMillis(3500))) {
            while (harness.scheduler.state().waitingInteractive() < 20) {
                harness.greedy(prompt(4), 5);
            }
            harness.step();
            if (batches.stream().filter(harness::ended).count() > admitted.size()) {
                admitted.add(harness.now.toEpochMilli() - start.toEpochMilli());
            }
        }

        assertThat(admitted).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(admitted.get(i)).isBetween(1000L * (i + 1), 1000L * (i + 1) + 50);
        }
    }

    @Test
    void aBatchPromptGetsItsTurnInEveryStepOfLongInteractivePrompts() {
        var batch = batch(prompt(30), 1);
        for (int i = 0; i < 4; i++) {
            harness.greedy(prompt(100), 1);
        }
        // The batch request is admitted once nobody interactive waits, which is at once here; a turn is eight tokens.
        for (int i = 0; i < 4; i++) {
            assertThat(harness.ended(batch)).isFalse();
            assertThat(harness.step().prefillTokens()).isEqualTo(OPTIONS.prefillTokens());
        }

        assertThat(harness.ended(batch)).isTrue();
    }

    @Test
    void stepsAreShortForAWhileAfterAnInteractiveRequestAndBatchPromptsHaveTwiceTheLengthLater() {
        var turn = OPTIONS.prefillTokens() / 4;
        harness.greedy(prompt(4), 1);
        harness.step();
        var steps = 0;
        while (prefillOfAStepWithBatchPrompts() == turn) {
            steps++;
        }

        assertThat(steps).isEqualTo(255);
        assertThat(prefillOfAStepWithBatchPrompts()).isEqualTo(2 * OPTIONS.prefillTokens());
        harness.greedy(prompt(4), 2);
        assertThat(prefillOfAStepWithBatchPrompts()).isEqualTo(4);
        assertThat(prefillOfAStepWithBatchPrompts()).isEqualTo(turn);
    }

    private int prefillOfAStepWithBatchPrompts() {
        if (harness.scheduler.state().running() < 3) {
            batch(prompt(60), 1);
            batch(prompt(60), 1);
        }
        return harness.step().prefillTokens();
    }

    @Test
    void theChoicesOfARequestComeBeforeLaterRequests() {
        var limits = new EngineLimits(4, 128, 1024, 16, 256, 256);
        var narrow = new Harness(new ScriptedEngine(VOCABULARY, limits), OPTIONS);
        var choices = narrow.generate(prompt(90), sampled(20, 4, 1));
        narrow.step();
        var later = narrow.greedy(prompt(4), 5);
        narrow.step();
        narrow.step();

        assertThat(narrow.tokens(later, 0)).isEmpty();
        assertThat(narrow.step().decodedSequences()).isEqualTo(4);
        narrow.finish();
        assertThat(narrow.tokens(choices, 3)).hasSize(20);
        assertThat(narrow.tokens(later, 0)).hasSize(5);
    }

    @Test
    void choicesDifferAreReproducibleAndMayOutnumberTheSlots() {
        var prompt = prompt(20);
        var many = harness.generate(prompt, sampled(10, 20, 7));
        var again = harness.generate(prompt, sampled(10, 20, 7));
        var alone = harness.generate(prompt, sampled(10, 1, 7));
        harness.finish();

        var texts = new ArrayList<List<Integer>>();
        for (int choice = 0; choice < 20; choice++) {
            assertThat(harness.tokens(many, choice)).hasSize(10).isEqualTo(harness.tokens(again, choice));
            texts.add(harness.tokens(many, choice));
        }
        assertThat(texts).doesNotHaveDuplicates();
        assertThat(harness.tokens(alone, 0)).isEqualTo(texts.getFirst());
        assertThatEverythingIsFree();
    }

    @Test
    void aFailedStepFailsItsRequestsAndTheNextOnesGoOn() {
        var unlucky = harness.greedy(prompt(4), 10);
        harness.scripted().failNextSteps(1, new IllegalStateException("scripted"));
        var report = harness.step();
        var lucky = harness.greedy(prompt(4), 10);
        harness.finish();

        assertThat(report.engineFailed()).isTrue();
        assertThat(harness.failure(unlucky).code()).isEqualTo(FailureCode.INTERNAL_ERROR);
        assertThat(harness.failure(unlucky).message()).doesNotContain("scripted");
        assertThat(harness.tokens(lucky, 0)).hasSize(10);
        assertThat(harness.scheduler.broken()).isFalse();
        assertThatEverythingIsFree();
    }

    @Test
    void anEngineThatKeepsFailingIsGivenUpAndWhatWaitsIsLeftForAnotherWorker() {
        harness.scripted().failNextSteps(Integer.MAX_VALUE, new IllegalStateException("scripted"));
        for (int i = 0; i < OPTIONS.engineFailures(); i++) {
            harness.greedy(prompt(4), 10);
            harness.step();
        }
        var waiting = harness.greedy(prompt(4), 10);
        harness.step();

        assertThat(harness.scheduler.broken()).isTrue();
        assertThat(harness.events.get(waiting)).isEmpty();
    }

    @Test
    void anErrorOfTheVirtualMachineFailsAllThatRuns() {
        var running = List.of(harness.greedy(prompt(4), 10), harness.greedy(prompt(100), 10));
        harness.scripted().failNextSteps(1, new OutOfMemoryError("scripted"));
        harness.step();

        assertThat(harness.scheduler.broken()).isTrue();
        assertThat(running).allMatch(request -> harness.failure(request).code() == FailureCode.INTERNAL_ERROR);
        assertThatEverythingIsFree();
    }

    @Test
    void anAbandonedRequestLeavesNoTrace() {
        var request = harness.greedy(prompt(4), 10);
        harness.step();
        var seen = harness.events.get(request).size();
        harness.scheduler.abandon(request);
        harness.finish();

        assertThat(harness.events.get(request)).hasSize(seen);
        assertThatEverythingIsFree();
    }

    @Test
    void withoutAdmissionWhatRunsGoesOnAndWhatWaitsStays() {
        var running = harness.greedy(prompt(4), 10);
        harness.step();
        harness.scheduler.stopAdmitting();
        var waiting = harness.greedy(prompt(4), 10);
        harness.finish();

        assertThat(harness.tokens(running, 0)).hasSize(10);
        assertThat(harness.events.get(waiting)).isEmpty();
    }

    @Test
    void anUnknownModelIsRefused() {
        var request = harness.submit(new InferenceRequest.Generate("r", "other", TokenIds.of(1), greedily(1), null));
        harness.step();

        assertThat(harness.failure(request).code()).isEqualTo(FailureCode.MODEL_NOT_FOUND);
        assertThat(harness.failure(request).message()).contains("other").contains(Harness.MODEL);
    }

    private Submission batch(int[] prompt, int maxTokens) {
        var request =
                new InferenceRequest.Generate("batch", Harness.MODEL, TokenIds.of(prompt), greedily(maxTokens), null);
        return harness.submit(request, Priority.BATCH);
    }

    private List<Integer> greedyPath(int[] prompt, int tokens) {
        var ids = prompt;
        var path = new ArrayList<Integer>();
        for (int i = 0; i < tokens; i++) {
            var next = LogSoftmax.of(harness.scripted().logitsAfter(ids), 0, VOCABULARY)
                    .argmax();
            path.add(next);
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = next;
        }
        return path;
    }

    private void assertThatEverythingIsFree() {
        assertThat(harness.scripted().openSlots()).isZero();
        assertThat(harness.engine.freeKvTokens()).isEqualTo(LIMITS.kvTokens());
        var state = harness.scheduler.state();
        assertThat(state.reservedSlots()).isZero();
        assertThat(state.kvReserved()).isZero();
    }
}
