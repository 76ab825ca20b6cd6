package io.meshtransformer.inference.service;

import io.meshtransformer.inference.engine.EngineFactories;
import io.meshtransformer.inference.engine.EngineSettings;
import io.meshtransformer.inference.engine.ModelLoader;
import io.meshtransformer.messaging.CancellationReader;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * The life of this service: a model that cannot be served fails the start; its weights are loaded while the health page
 * is up already; then requests are taken, until SIGTERM.
 */
@ApplicationScoped
public class InferenceServer {

    private static final Logger LOG = Logger.getLogger(InferenceServer.class);
    /** The last answers are on their way when the scheduler has stopped. */
    private static final Duration DELIVERY = Duration.ofSeconds(5);

    private final ModelConfiguration model;
    private final EngineConfiguration engine;
    private final SchedulerConfiguration scheduling;
    private final ShutdownConfiguration shutdown;
    private final ServingFactory factory;
    private final RequestChannels channels;
    private final CancellationReader cancellations;
    private final PublishedServings publications;
    private final ServedModels models;
    private volatile boolean serving;
    private volatile boolean stopping;
    private Thread loading;

    public InferenceServer(
            ModelConfiguration model,
            EngineConfiguration engine,
            SchedulerConfiguration scheduling,
            ShutdownConfiguration shutdown,
            ServingFactory factory,
            RequestChannels channels,
            CancellationReader cancellations,
            PublishedServings publications) {
        this.model = model;
        this.engine = engine;
        this.scheduling = scheduling;
        this.shutdown = shutdown;
        this.factory = factory;
        this.channels = channels;
        this.cancellations = cancellations;
        this.publications = publications;
        this.models = new ServedModels(scheduling.interactiveQueue());
    }

    void start(@Observes StartupEvent event) throws IOException {
        var settings = new EngineSettings(
                engine.dtype(),
                engine.slots(),
                engine.kvTokens(),
                engine.threads(),
                scheduling.prefillTokens(),
                engine.devices());
        var loader =
                ModelLoader.open(model.directory(), EngineFactories.named(engine.kind()), settings, engine.warmUp());
        loading = Thread.ofPlatform().name("model-loader").start(() -> load(loader, settings));
    }

    private void load(ModelLoader loader, EngineSettings settings) {
        try (loader) {
            var demand = new BatchDemand(scheduling.batchQueue());
            var loaded = factory.create(loader.load(), model.servedName(), models::refusal, demand);
            if (stopping) {
                loaded.close();
                return;
            }
            loaded.start();
            models.begin(loaded);
            cancellations.start(cancellation -> models.cancel(cancellation.requestId()));
            publications.start(new PublishedServings.Target(models, demand, settings, loaded));
            channels.open(models::submit, demand);
            serving = true;
            LOG.infof("serving '%s'", model.servedName());
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            if (!stopping) {
                LOG.error("the model cannot be served", e);
                Quarkus.asyncExit(1);
            }
        }
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        channels.close();
        publications.close();
        var ends = models.all().stream()
                .map(served -> Thread.ofVirtual().start(() -> end(served)))
                .toList();
        for (var end : ends) {
            end.join();
        }
    }

    private void end(Serving served) {
        try {
            served.worker().drain(shutdown.grace());
            served.outlet().awaitDelivery(DELIVERY);
            served.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether requests are taken. */
    boolean ready() {
        return serving && !stopping && trouble() == null;
    }

    /** Why this process is of no more use, or null. */
    String trouble() {
        if (channels.failure() != null) {
            return "requests cannot be read any more: " + channels.failure().getMessage();
        }
        return models.trouble();
    }
}
