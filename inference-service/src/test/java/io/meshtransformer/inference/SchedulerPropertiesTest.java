package io.meshtransformer.inference;

import static io.meshtransformer.inference.Harness.VOCABULARY;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gptj.engine.EngineLimits;
import io.meshtransformer.inference.scheduler.Emission;
import io.meshtransformer.inference.scheduler.SchedulerOptions;
import io.meshtransformer.inference.scheduler.Submission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Laws that hold for every engine and every mix of requests; the scripted engine throws where a limit is broken. */
class SchedulerPropertiesTest {

    static IntStream seeds() {
        return IntStream.range(0, 150);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyRequestEndsOnceWithTheSameAnswerAsAloneAndNoLimitIsEverBroken(int seed) {
        var random = new Random(seed);
        var limits = limits(random);
        var options = new SchedulerOptions(
                1 + random.nextInt(40), 1000, 1000, Duration.ofMillis(1 + random.nextInt(50)), random.nextInt(3), 1);
        var harness = new Harness(new ScriptedEngine(VOCABULARY, limits), options);
        var submitted = new ArrayList<Submission>();
        var cancelled = new HashSet<Submission>();
        var count = 5 + random.nextInt(40);
        while (submitted.size() < count || !harness.scheduler.idle()) {
            if (submitted.size() < count && random.nextInt(3) == 0) {
                submitted.add(harness.submit(
                        request(random, "r" + submitted.size(), limits),
                        random.nextBoolean() ? Priority.INTERACTIVE : Priority.BATCH));
            }
            if (!submitted.isEmpty() && random.nextInt(60) == 0) {
                var victim = submitted.get(random.nextInt(submitted.size()));
                if (harness.scheduler.cancel(victim.request().requestId())) {
                    cancelled.add(victim);
                }
            }
            var report = harness.step();
            assertThat(report.engineFailed()).isFalse();
            // Batch prompts that are alone have twice as much.
            var steps = report.emissions().stream().anyMatch(SchedulerPropertiesTest::ranInteractively) ? 1 : 2;
            assertThat(report.prefillTokens()).isLessThanOrEqualTo(steps * options.prefillTokens());
        }

        for (var submission : submitted) {
            var events = harness.events.get(submission);
            assertThat(events.stream().filter(AnswerEvent::terminal)).hasSize(1);
            if (cancelled.contains(submission)) {
                assertThat(harness.failure(submission).code()).isEqualTo(FailureCode.CANCELLED);
            } else {
                assertThat(Answers.of(events)).isEqualTo(Answers.of(alone(submission.request(), limits, options)));
            }
        }
        assertThat(((ScriptedEngine) harness.engine).openSlots()).isZero();
        assertThat(harness.engine.freeKvTokens()).isEqualTo(limits.kvTokens());
        assertThat(harness.scheduler.state().reservedSlots()).isZero();
        assertThat(harness.scheduler.state().kvReserved()).isZero();
    }

    private static boolean ranInteractively(Emission emission) {
        return emission.submission().priority() == Priority.INTERACTIVE
                && !(emission.event() instanceof AnswerEvent.Failed);
    }

    private static List<AnswerEvent> alone(InferenceRequest request, EngineLimits limits, SchedulerOptions options) {
        var harness = new Harness(new ScriptedEngine(VOCABULARY, limits), options);
        var submission = harness.submit(request);
        harness.finish();
        return harness.events.get(submission);
    }

    private static EngineLimits limits(Random random) {
        var block = 1 << random.nextInt(6);
        var context = 32 + random.nextInt(97);
        var slots = 1 + random.nextInt(9);
        var kvTokens = block * Math.ceilDiv(64 + random.nextInt(400), block);
        return new EngineLimits(
                slots, context, kvTokens, block, slots + random.nextInt(60), slots + random.nextInt(40));
    }

    private static InferenceRequest request(Random random, String id, EngineLimits limits) {
        var prompt = ids(random, 1 + random.nextInt(limits.contextLength()));
        if (random.nextInt(3) == 0) {
            var continuations = IntStream.range(0, 1 + random.nextInt(12))
                    .mapToObj(_ -> ids(random, 1 + random.nextInt(10)))
                    .toList();
            return new InferenceRequest.Score(id, Harness.MODEL, prompt, continuations, null);
        }
        var echo = random.nextInt(3) == 0;
        var options = new GenerationOptions(
                random.nextInt(30) + (echo ? 0 : 1),
                1 + (random.nextInt(3) == 0 ? random.nextInt(6) : 0),
                random.nextBoolean() ? Sampling.greedy() : Sampling.seeded(1, random.nextInt(100)),
                List.of(),
                random.nextInt(3) == 0 ? random.nextInt(4) : null,
                echo,
                random.nextBoolean());
        return new InferenceRequest.Generate(id, Harness.MODEL, prompt, options, null);
    }

    private static TokenIds ids(Random random, int length) {
        return TokenIds.of(random.ints(length, 0, VOCABULARY).toArray());
    }
}
