package io.meshtransformer.inference.metrics;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.inference.scheduler.Emission;
import io.meshtransformer.inference.scheduler.SchedulerState;
import io.meshtransformer.inference.scheduler.StepReport;
import io.meshtransformer.inference.worker.Job;
import io.meshtransformer.inference.worker.WorkerObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** What Prometheus is told; names after vLLM's where it has one, with {@code mtj_} in place of {@code vllm:}. */
public final class InferenceMetrics implements WorkerObserver, AutoCloseable {

    private static final double[] FIRST_TOKEN_SECONDS = {
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160
    };
    private static final double[] TOKEN_SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 10
    };
    private static final double[] REQUEST_SECONDS = {
        0.05, 0.1, 0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960
    };

    private final MeterRegistry registry;
    private final Tags tags;
    private final Counter promptTokens;
    private final Counter generationTokens;
    private final Timer firstToken;
    private final Timer interToken;
    private final Timer request;
    private final Timer step;
    private volatile SchedulerState state = SchedulerState.EMPTY;

    public InferenceMetrics(MeterRegistry registry, String model) {
        this.registry = registry;
        tags = Tags.of("model_name", model);
        promptTokens = counter("mtj.prompt.tokens", "Prompt and continuation tokens read");
        generationTokens = counter("mtj.generation.tokens", "Tokens generated");
        firstToken = timer(
                "mtj.time.to.first.token", "From a request's arrival to a choice's first token", FIRST_TOKEN_SECONDS);
        interToken = timer("mtj.inter.token.latency", "Between two tokens of a choice", TOKEN_SECONDS);
        request = timer("mtj.e2e.request.latency", "From a request's arrival to its last event", REQUEST_SECONDS);
        step = timer(
                "mtj.step", "One step of the scheduler, from admission to the sending of its events", TOKEN_SECONDS);
        gauge("mtj.num.requests.running", "Requests with a place on the engine", Tags.empty(), SchedulerState::running);
        waiting(Priority.INTERACTIVE, SchedulerState::waitingInteractive);
        waiting(Priority.BATCH, SchedulerState::waitingBatch);
        gauge("mtj.kv.cache.usage.perc", "KV memory in use, 1 for all", Tags.empty(), SchedulerState::kvUsage);
        gauge(
                "mtj.kv.cache.reserved.perc",
                "KV memory in use or promised, 1 for all",
                Tags.empty(),
                SchedulerState::kvReserved);
        gauge(
                "mtj.slots.reserved",
                "Sequences with a place or a promise of one",
                Tags.empty(),
                SchedulerState::reservedSlots);
        for (var reason : FinishReason.values()) {
            success(reason);
        }
    }

    @Override
    public void taken(Job job) {
        // It counts once the scheduler has stepped.
    }

    @Override
    public void stepped(StepReport report, SchedulerState after, long nanos) {
        state = after;
        step.record(Duration.ofNanos(nanos));
        promptTokens.increment(report.prefillTokens());
        var now = System.nanoTime();
        for (var emission : report.emissions()) {
            count(emission, now);
        }
    }

    /** Nothing is told of the model any more. */
    @Override
    public void close() {
        registry.getMeters().stream()
                .filter(meter ->
                        meter.getId().getTags().containsAll(tags.stream().toList()))
                .forEach(registry::remove);
    }

    private void count(Emission emission, long now) {
        var times = ((Job) emission.submission()).times();
        switch (emission.event()) {
            case AnswerEvent.TokenGenerated token -> {
                generationTokens.increment();
                var before = times.token(token.choice(), now);
                if (before == null) {
                    firstToken.record(Duration.ofNanos(now - times.arrived()));
                } else {
                    interToken.record(Duration.ofNanos(now - before));
                }
            }
            case AnswerEvent.ChoiceFinished choice -> success(choice.reason()).increment();
            case AnswerEvent.Failed failed -> failure(failed.code()).increment();
            case AnswerEvent.ScoreCompleted _ -> {
                counter("mtj.request.success", "Choices and scores that were finished", "finished_reason", "score")
                        .increment();
                request.record(Duration.ofNanos(now - times.arrived()));
            }
            case AnswerEvent.GenerationCompleted _ -> request.record(Duration.ofNanos(now - times.arrived()));
            case AnswerEvent.ModelServed _ -> {
                // No work of the model's.
            }
            case AnswerEvent.PromptEchoed _,
                    AnswerEvent.Tokenized _,
                    AnswerEvent.Detokenized _,
                    AnswerEvent.ModelsDescribed _,
                    AnswerEvent.RunsDescribed _,
                    AnswerEvent.RunHistory _,
                    AnswerEvent.EvaluationsDescribed _,
                    AnswerEvent.EvaluationDocuments _,
                    AnswerEvent.EvaluationRebuilt _,
                    AnswerEvent.ReceiptVerified _,
                    AnswerEvent.TasksDescribed _ -> {
                // Part of an answer that is counted at its end.
            }
        }
    }

    private Counter success(FinishReason reason) {
        return counter(
                "mtj.request.success",
                "Choices and scores that were finished",
                "finished_reason",
                reason.name().toLowerCase(Locale.ROOT));
    }

    private Counter failure(FailureCode code) {
        return counter(
                "mtj.request.failure",
                "Requests that ended without their answer",
                "code",
                code.name().toLowerCase(Locale.ROOT));
    }

    private Counter counter(String name, String description, String... tag) {
        return Counter.builder(name)
                .description(description)
                .tags(tags.and(tag))
                .register(registry);
    }

    private Timer timer(String name, String description, double[] buckets) {
        var objectives = DoubleStream.of(buckets)
                .mapToObj(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)))
                .toArray(Duration[]::new);
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(objectives)
                .register(registry);
    }

    private void waiting(Priority priority, ToDoubleFunction<SchedulerState> value) {
        var tag = Tag.of("priority", priority.name().toLowerCase(Locale.ROOT));
        gauge("mtj.num.requests.waiting", "Requests that wait for a place", Tags.of(tag), value);
    }

    private void gauge(String name, String description, Tags more, ToDoubleFunction<SchedulerState> value) {
        Gauge.builder(name, this, metrics -> value.applyAsDouble(metrics.state))
                .description(description)
                .tags(tags.and(more))
                .register(registry);
    }
}
