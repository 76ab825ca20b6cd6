package io.meshtransformer.gateway.completion;

import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who looks after a request's work, so that it is called off when nobody does: the latest call for the request, and for
 * a grace after its client is gone, nobody. A client may be back before it is noticed that it was gone; then the newer
 * call has taken over, and the older one calls nothing off.
 */
@Singleton
final class Abandonments {
    private final Vertx vertx;
    private final Map<CompletionId, Keeper> keepers = new ConcurrentHashMap<>();

    private sealed interface Keeper {
        record Call(Object call) implements Keeper {}

        record Grace(long timer) implements Keeper {}
    }

    Abandonments(Vertx vertx) {
        this.vertx = vertx;
    }

    /** From now on this call looks after the request. */
    void take(CompletionId id, Object call) {
        keepers.compute(id, (_, earlier) -> {
            if (earlier instanceof Keeper.Grace(long timer)) {
                vertx.cancelTimer(timer);
            }
            return new Keeper.Call(call);
        });
    }

    /**
     * The call ends with work that is not done: it is called off after the grace, unless another call has taken or takes
     * over.
     */
    void leave(CompletionId id, Object call, Duration grace, Runnable callOff) {
        if (grace.isZero()) {
            if (end(id, call)) {
                callOff.run();
            }
            return;
        }
        keepers.computeIfPresent(id, (_, keeper) -> {
            if (!isThe(call, keeper)) {
                return keeper;
            }
            return new Keeper.Grace(vertx.setTimer(Math.max(1, grace.toMillis()), timer -> {
                if (keepers.remove(id, new Keeper.Grace(timer))) {
                    // A send may wait for the broker, which an event loop must not.
                    Thread.ofVirtual().start(callOff);
                }
            }));
        });
    }

    /** The call ends, and nothing is left to call off. */
    boolean end(CompletionId id, Object call) {
        return isThe(call, keepers.get(id)) && keepers.remove(id, new Keeper.Call(call));
    }

    private static boolean isThe(Object call, Keeper keeper) {
        return keeper instanceof Keeper.Call(var keeping) && keeping == call;
    }
}
