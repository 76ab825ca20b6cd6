package io.meshtransformer.inference.service;

import io.meshtransformer.inference.RequestTasks;
import io.meshtransformer.inference.engine.LoadedModel;
import io.meshtransformer.inference.generation.Generations;
import io.meshtransformer.inference.generation.SamplerChoices;
import io.meshtransformer.inference.metrics.InferenceMetrics;
import io.meshtransformer.inference.scheduler.ParallelRowReading;
import io.meshtransformer.inference.scheduler.Scheduler;
import io.meshtransformer.inference.scheduler.SchedulerOptions;
import io.meshtransformer.inference.scoring.Scorings;
import io.meshtransformer.inference.validation.RequestRules;
import io.meshtransformer.inference.worker.AnswerOutlet;
import io.meshtransformer.inference.worker.Worker;
import io.meshtransformer.inference.worker.WorkerObserver;
import io.meshtransformer.messaging.AnswerSender;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;

/** Puts scheduler, worker and metrics around a model. */
@ApplicationScoped
public class ServingFactory {

    /** Logits that are worth the waking of a second thread. */
    private static final int LOGITS_PER_THREAD = 16 * 1024;

    private final ModelConfiguration model;
    private final EngineConfiguration engine;
    private final SchedulerConfiguration scheduling;
    private final AnswerSender answers;
    private final MeterRegistry registry;

    public ServingFactory(
            ModelConfiguration model,
            EngineConfiguration engine,
            SchedulerConfiguration scheduling,
            AnswerSender answers,
            MeterRegistry registry) {
        this.model = model;
        this.engine = engine;
        this.scheduling = scheduling;
        this.answers = answers;
        this.registry = registry;
    }

    Serving create(LoadedModel loaded) {
        var running = loaded.engine();
        var name = model.servedName();
        var vocabularySize = running.config().vocabularySize();
        var rules = new RequestRules(name, vocabularySize, running.limits().contextLength());
        var choices = new SamplerChoices(vocabularySize, loaded.texts().knownIds());
        var tasks = new RequestTasks(
                rules, new Generations(running, loaded.texts(), choices, rules), new Scorings(running, rules));
        var threads = engine.threads().orElse(Runtime.getRuntime().availableProcessors());
        var reading = new ParallelRowReading(threads, Math.max(1, LOGITS_PER_THREAD / vocabularySize));
        var scheduler = new Scheduler(running, tasks, options(running.limits().slots()), reading);
        var outlet = new AnswerOutlet(answers::send);
        var demand = new BatchDemand(scheduling.batchQueue());
        var observer = WorkerObserver.all(new InferenceMetrics(registry, name), demand);
        var worker = new Worker(scheduler, outlet, InstantSource.system(), observer);
        return new Serving(loaded, worker, outlet, demand, reading);
    }

    private SchedulerOptions options(int slots) {
        return new SchedulerOptions(
                scheduling.prefillTokens(),
                scheduling.interactiveQueue(),
                scheduling.batchQueue(),
                scheduling.batchPatience(),
                scheduling.interactiveSlots().orElse(slots / 4),
                scheduling.engineFailures());
    }
}
