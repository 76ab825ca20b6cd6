package io.meshtransformer.gateway.key;

import io.meshtransformer.gateway.http.Connection;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Shows every request to the {@link KeyGuard}. */
@Singleton
public final class KeyFilter {
    /** Not the guard itself: filters are made when an executable is built, where there is no configuration yet. */
    private final Provider<KeyGuard> guard;

    KeyFilter(Provider<KeyGuard> guard) {
        this.guard = guard;
    }

    @ServerRequestFilter
    public void check(ContainerRequestContext request, RoutingContext routing) {
        guard.get()
                .admit(request.getHeaderString(HttpHeaders.AUTHORIZATION))
                .ifPresent(new Connection(routing)::identify);
    }
}
