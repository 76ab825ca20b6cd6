package io.meshtransformer.inference.service;

import io.meshtransformer.contracts.TrainingEvent.CheckpointCommitted;
import io.meshtransformer.inference.RequestTasks.OtherModels;
import io.meshtransformer.inference.engine.EngineFactories;
import io.meshtransformer.inference.engine.EngineSettings;
import io.meshtransformer.inference.engine.ModelLoader;
import io.meshtransformer.messaging.PublicationReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * Loads checkpoints when training runs publish them, one after the other, while everything else is served; lets go of
 * those that newer ones take the place of, first, so that memory is never needed for more than may be offered.
 */
@ApplicationScoped
public class PublishedServings {

    private static final Logger LOG = Logger.getLogger(PublishedServings.class);

    private final PublicationReader publications;
    private final EngineConfiguration engine;
    private final ServingFactory factory;
    private final ExecutorService loader = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("publications").daemon().factory());

    /** What was offered last; a checkpoint that failed is tried again when it is published again. */
    private final Map<String, CheckpointCommitted> taken = new HashMap<>();

    private volatile List<CheckpointCommitted> offered = List.of();
    private volatile boolean closed;
    private Target target;

    /** @param settings of the first model's engine, for engines beside it */
    record Target(ServedModels models, BatchDemand demand, EngineSettings settings, Serving first) {
        EngineSettings beside(int contextLength) {
            return settings.beside(first.model().engine().limits(), contextLength);
        }

        OtherModels others() {
            return models::refusal;
        }
    }

    public PublishedServings(PublicationReader publications, EngineConfiguration engine, ServingFactory factory) {
        this.publications = publications;
        this.engine = engine;
        this.factory = factory;
    }

    /** Returns when it is known what was published before; requests for that wait until it is loaded. */
    void start(Target where) {
        target = where;
        publications.start(this::offer);
    }

    /** On the reader's thread: requests that come from now on wait. */
    private void offer(List<CheckpointCommitted> checkpoints) {
        synchronized (taken) {
            offered = checkpoints;
            for (var checkpoint : checkpoints) {
                var before = taken.put(checkpoint.model(), checkpoint);
                if (!checkpoint.equals(before)) {
                    // The model that this process was started for may have been published too.
                    if (!served(checkpoint.model())) {
                        target.models().load(checkpoint.model());
                    }
                    loader.execute(() -> load(checkpoint));
                }
            }
        }
    }

    private boolean served(String name) {
        return target.models().all().stream().anyMatch(serving -> serving.name().equals(name));
    }

    private void load(CheckpointCommitted checkpoint) {
        withdrawOthers();
        var name = checkpoint.model();
        if (closed || !isOffered(name) || served(name)) {
            return;
        }
        try (var opened = ModelLoader.open(
                Path.of(checkpoint.path()), EngineFactories.named(engine.kind()), target::beside, engine.warmUp())) {
            opened.requireHeap();
            var serving = factory.create(opened.load(), name, target.others(), target.demand());
            if (closed) {
                serving.close();
                return;
            }
            serving.start();
            target.models().loaded(serving);
            LOG.infof("serving '%s': it was published", name);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            if (!closed) {
                LOG.warnf(e, "'%s' was published and cannot be served", name);
                target.models().failed(name, e.getMessage() == null ? e.toString() : e.getMessage());
            }
        }
    }

    private void withdrawOthers() {
        List<Serving> gone;
        synchronized (taken) {
            var names = taken.keySet().stream().filter(name -> !isOffered(name)).toList();
            names.forEach(taken::remove);
            gone = names.stream()
                    .flatMap(name -> target.models().withdraw(name).stream())
                    .toList();
        }
        gone.forEach(PublishedServings::retire);
    }

    private boolean isOffered(String name) {
        return offered.stream().anyMatch(checkpoint -> checkpoint.model().equals(name));
    }

    /** What it has begun it ends. */
    private static void retire(Serving serving) {
        try {
            serving.worker().retire();
            serving.close();
            LOG.infof("'%s' is served no longer: newer checkpoints were published", serving.name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Loads nothing any more; what is being loaded is not waited for. */
    void close() {
        closed = true;
        loader.shutdownNow();
    }
}
