package io.meshtransformer.gateway.model;

import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.messaging.Answers;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps the catalog of models fresh: more often until the first answer, so that the start takes no longer than it must. */
@Singleton
final class ModelRefresh {
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(1);

    private static final Duration RETRY = Duration.ofMillis(100);

    private final Answers answers;
    private final ModelCatalog catalog;
    private final Duration interval;
    private final CountDownLatch stopping = new CountDownLatch(1);

    ModelRefresh(Answers answers, ModelCatalog catalog, GatewayConfiguration configuration) {
        this.answers = answers;
        this.catalog = catalog;
        this.interval = configuration.models().refresh();
    }

    void start(@Observes StartupEvent event) {
        answers.start();
        Thread.ofVirtual().name("model-refresh").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    private void run() {
        try {
            do {
                catalog.refresh(catalog.isFresh() ? interval : FIRST_PATIENCE);
            } while (!stopping.await((catalog.isFresh() ? interval : RETRY).toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
