package io.meshtransformer.gateway.http;

import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.json.MessageJson;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets in as many requests at a time as the gateway may hold. */
@Singleton
public final class Admission {
    private final int limit;
    private final AtomicInteger admitted = new AtomicInteger();

    Admission(GatewayConfiguration configuration, MeterRegistry metrics) {
        this.limit = configuration.concurrentRequests();
        metrics.gauge("mtj.gateway.requests.running", admitted);
    }

    /** A request that is let in; closing it again does nothing. */
    public interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    /** What is done for a request that is let in. */
    @FunctionalInterface
    public interface Call {
        /** @return to be written by {@link MessageJson} */
        Object on(Connection connection) throws InterruptedException;
    }

    /**
     * Lets a request in and answers it.
     *
     * @throws ApiException if too many are in
     */
    public byte[] answer(RoutingContext routing, Call call) throws InterruptedException {
        try (var _ = enter()) {
            return MessageJson.write(call.on(new Connection(routing)));
        }
    }

    /** @throws ApiException if too many are in */
    public Permit enter() {
        if (admitted.incrementAndGet() > limit) {
            admitted.decrementAndGet();
            throw new ApiException(
                    ErrorKind.TOO_MANY_REQUESTS,
                    "The gateway serves %d requests at a time and all places are taken; please try again shortly"
                            .formatted(limit));
        }
        var left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true)) {
                admitted.decrementAndGet();
            }
        };
    }
}
