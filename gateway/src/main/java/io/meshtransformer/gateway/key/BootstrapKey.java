package io.meshtransformer.gateway.key;

import io.meshtransformer.gateway.GatewayConfiguration;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Adds the key an operator gives, so that a new gateway has one. */
@Singleton
final class BootstrapKey {
    private final ApiKeyRepository keys;
    private final GatewayConfiguration configuration;

    BootstrapKey(ApiKeyRepository keys, GatewayConfiguration configuration) {
        this.keys = keys;
        this.configuration = configuration;
    }

    void add(@Observes StartupEvent event) {
        configuration.bootstrapKey().ifPresent(key -> keys.addIfAbsent("bootstrap", key));
    }
}
