package io.meshtransformer.gateway.http;

import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Refuses what comes while the gateway stops: what begins now might be cut off, and keeps others from their end. */
@Singleton
public final class ShutdownFilter {
    private volatile boolean stopping;

    /** The first moment of a stop; running requests go on. */
    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        stopping = true;
    }

    @ServerRequestFilter(preMatching = true)
    public void check() {
        if (stopping) {
            throw new ApiException(ErrorKind.UNAVAILABLE, "The gateway is stopping; please try again shortly");
        }
    }
}
