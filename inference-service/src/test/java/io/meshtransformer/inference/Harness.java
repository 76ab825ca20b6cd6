package io.meshtransformer.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gptj.engine.EngineLimits;
import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.inference.generation.Generations;
import io.meshtransformer.inference.generation.SamplerChoices;
import io.meshtransformer.inference.generation.TokenChoice;
import io.meshtransformer.inference.scheduler.RowReading;
import io.meshtransformer.inference.scheduler.Scheduler;
import io.meshtransformer.inference.scheduler.SchedulerOptions;
import io.meshtransformer.inference.scheduler.StepReport;
import io.meshtransformer.inference.scheduler.Submission;
import io.meshtransformer.inference.scoring.Scorings;
import io.meshtransformer.inference.text.IdsOnly;
import io.meshtransformer.inference.text.TokenTexts;
import io.meshtransformer.inference.validation.RequestRules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A scheduler with its engine and a clock of its own; a step takes a millisecond. */
final class Harness {

    static final String MODEL = "scripted";
    static final int VOCABULARY = 50;
    static final EngineLimits LIMITS = new EngineLimits(8, 128, 512, 16, 256, 256);
    static final SchedulerOptions OPTIONS = new SchedulerOptions(32, 100, 100, Duration.ofSeconds(1), 2, 3);
    static final ServedModel SERVED =
            new ServedModel(MODEL, "a1", "b2", "scripted", "fp32", "1", LIMITS.contextLength(), VOCABULARY);
    private static final int TOO_MANY_STEPS = 100_000;

    final InferenceEngine engine;
    final Scheduler scheduler;
    final Map<Submission, List<AnswerEvent>> events = new LinkedHashMap<>();
    Instant now = Instant.EPOCH;
    private int requests;

    Harness(InferenceEngine engine, SchedulerOptions options, TokenTexts texts, TokenChoice.Factory choices) {
        this(engine, options, texts, choices, RowReading.SEQUENTIAL);
    }

    Harness(
            InferenceEngine engine,
            SchedulerOptions options,
            TokenTexts texts,
            TokenChoice.Factory choices,
            RowReading reading) {
        this.engine = engine;
        var config = engine.config();
        var rules = new RequestRules(MODEL, config.vocabularySize(), config.contextLength());
        var tasks = new RequestTasks(
                rules,
                new Generations(engine, texts, choices, rules),
                new Scorings(engine, rules),
                rules::notServed,
                () -> SERVED);
        scheduler = new Scheduler(engine, tasks, options, reading);
    }

    Harness(ScriptedEngine engine, SchedulerOptions options) {
        this(
                engine,
                options,
                new IdsOnly(engine.config().vocabularySize()),
                new SamplerChoices(
                        engine.config().vocabularySize(), engine.config().vocabularySize()));
    }

    static Harness create() {
        return new Harness(new ScriptedEngine(VOCABULARY, LIMITS), OPTIONS);
    }

    ScriptedEngine scripted() {
        return (ScriptedEngine) engine;
    }

    /** A request of whoever asks this harness. */
    record Asked(InferenceRequest request, Priority priority, int number) implements Submission {}

    Submission submit(InferenceRequest request, Priority priority) {
        var submission = new Asked(request, priority, requests++);
        events.put(submission, new ArrayList<>());
        scheduler.submit(submission, now);
        return submission;
    }

    Submission submit(InferenceRequest request) {
        return submit(request, Priority.INTERACTIVE);
    }

    Submission generate(int[] prompt, GenerationOptions options) {
        return submit(new InferenceRequest.Generate("r" + requests, MODEL, TokenIds.of(prompt), options, null));
    }

    Submission greedy(int[] prompt, int maxTokens) {
        return generate(prompt, greedily(maxTokens));
    }

    Submission score(int[] context, int[]... continuations) {
        var ids = List.of(continuations).stream().map(TokenIds::of).toList();
        return submit(new InferenceRequest.Score("r" + requests, MODEL, TokenIds.of(context), ids, null));
    }

    /** The end-of-text token is ignored: here it is as likely as any other. */
    static GenerationOptions greedily(int maxTokens) {
        return new GenerationOptions(maxTokens, 1, Sampling.greedy(), List.of(), null, false, true);
    }

    static GenerationOptions sampled(int maxTokens, int choices, long seed) {
        return new GenerationOptions(maxTokens, choices, Sampling.seeded(1, seed), List.of(), null, false, true);
    }

    static int[] prompt(int length) {
        var ids = new int[length];
        for (int i = 0; i < length; i++) {
            ids[i] = (i * 7 + length) % VOCABULARY;
        }
        return ids;
    }

    StepReport step() {
        now = now.plusMillis(1);
        var report = scheduler.step(now);
        for (var emission : report.emissions()) {
            events.get(emission.submission()).add(emission.event());
        }
        return report;
    }

    /** Steps until nothing is left to do. */
    void finish() {
        for (int i = 0; !scheduler.idle(); i++) {
            assertThat(i).as("steps").isLessThan(TOO_MANY_STEPS);
            step();
        }
    }

    /** Token ids of a choice so far. */
    List<Integer> tokens(Submission submission, int choice) {
        return events.get(submission).stream()
                .filter(AnswerEvent.TokenGenerated.class::isInstance)
                .map(AnswerEvent.TokenGenerated.class::cast)
                .filter(token -> token.choice() == choice)
                .map(AnswerEvent.TokenGenerated::id)
                .toList();
    }

    AnswerEvent last(Submission submission) {
        return events.get(submission).getLast();
    }

    AnswerEvent.Failed failure(Submission submission) {
        assertThat(last(submission)).isInstanceOf(AnswerEvent.Failed.class);
        return (AnswerEvent.Failed) last(submission);
    }

    boolean ended(Submission submission) {
        return !events.get(submission).isEmpty() && last(submission).terminal();
    }
}
