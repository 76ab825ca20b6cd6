package io.meshtransformer.gateway.key;

import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Lets nobody in without a valid key, where keys are required. */
@Singleton
final class KeyGuard {
    private static final String SCHEME = "Bearer ";

    private final ApiKeyRepository keys;
    private final boolean required;

    KeyGuard(
            ApiKeyRepository keys,
            GatewayConfiguration configuration,
            @ConfigProperty(name = "quarkus.http.host") String host) {
        this.keys = keys;
        this.required = configuration.requireKey().orElseGet(() -> !isLoopback(host));
    }

    /**
     * @param authorization the header of that name, or null
     * @return the id of the key, empty where none is required
     * @throws ApiException if there is none that is valid
     */
    Optional<Long> admit(String authorization) {
        if (!required) {
            return Optional.empty();
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw refusal("The API key is missing; send it as Authorization: Bearer KEY");
        }
        var id = keys.validId(authorization.substring(SCHEME.length()).strip());
        if (id.isEmpty()) {
            throw refusal("The API key is not valid, or was revoked");
        }
        return id;
    }

    private static ApiException refusal(String message) {
        return new ApiException(ErrorKind.INVALID_API_KEY, message);
    }

    /** Nobody but this machine reaches a loopback address; a name that cannot be looked up is taken for any other. */
    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }
}
