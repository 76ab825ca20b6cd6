package io.meshtransformer.gateway.completion;

import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Streams whose clients are gone: their work is called off after a grace, unless they come back to this gateway before. */
@Singleton
final class Abandonments {
    private final Vertx vertx;
    private final Map<CompletionId, Long> timers = new ConcurrentHashMap<>();

    Abandonments(Vertx vertx) {
        this.vertx = vertx;
    }

    void callOffAfter(Duration grace, CompletionId id, Runnable callOff) {
        timers.compute(id, (_, earlier) -> {
            if (earlier != null) {
                vertx.cancelTimer(earlier);
            }
            return vertx.setTimer(Math.max(1, grace.toMillis()), timer -> {
                if (timers.remove(id, timer)) {
                    // A send may wait for the broker, which an event loop must not.
                    Thread.ofVirtual().start(callOff);
                }
            });
        });
    }

    void cameBack(CompletionId id) {
        var timer = timers.remove(id);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }
}
