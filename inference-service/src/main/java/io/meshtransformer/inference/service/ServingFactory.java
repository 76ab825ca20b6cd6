package io.meshtransformer.inference.service;

import io.meshtransformer.inference.RequestTasks;
import io.meshtransformer.inference.RequestTasks.OtherModels;
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
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts scheduler, worker and metrics around a model. */
@ApplicationScoped
public class ServingFactory {

    /** Logits that are worth the waking of a second thread. */
    private static final int LOGITS_PER_THREAD = 16 * 1024;

    private final EngineConfiguration engine;
    private final SchedulerConfiguration scheduling;
    private final AnswerSender answers;
    private final MeterRegistry registry;
    private final String version;

    public ServingFactory(
            EngineConfiguration engine,
            SchedulerConfiguration scheduling,
            AnswerSender answers,
            MeterRegistry registry,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.engine = engine;
        this.scheduling = scheduling;
        this.answers = answers;
        this.registry = registry;
        this.version = version;
    }

    /**
     * @param name what requests call the model
     * @param others what is said to requests for others that come here
     * @param demand of all models together
     */
    Serving create(LoadedModel loaded, String name, OtherModels others, BatchDemand demand) {
        var running = loaded.engine();
        var vocabularySize = running.config().vocabularySize();
        var rules = new RequestRules(name, vocabularySize, running.limits().contextLength());
        var choices = new SamplerChoices(vocabularySize, loaded.texts().knownIds());
        var identification = new Identification(name, loaded, version, scheduling.interactiveQueue());
        var tasks = new RequestTasks(
                rules,
                new Generations(running, loaded.texts(), choices, rules),
                new Scorings(running, rules),
                others,
                identification);
        var threads = engine.threads().orElse(Runtime.getRuntime().availableProcessors());
        var reading = new ParallelRowReading(threads, Math.max(1, LOGITS_PER_THREAD / vocabularySize));
        var scheduler = new Scheduler(running, tasks, options(running.limits().slots()), reading);
        var outlet = new AnswerOutlet(answers::send);
        var metrics = new InferenceMetrics(registry, name);
        var share = demand.share();
        var worker = new Worker(scheduler, outlet, InstantSource.system(), WorkerObserver.all(metrics, share));
        return new Serving(name, loaded, worker, identification, outlet, share, reading, metrics);
    }

    private SchedulerOptions options(int slots) {
        return new SchedulerOptions(
                scheduling.prefillTokens(),
                scheduling.interactiveQueue(),
                scheduling.batchQueue(),
                scheduling.batchPatience(),
                Math.min(scheduling.interactiveSlots().orElse(slots / 4), slots - 1),
                scheduling.engineFailures());
    }
}
