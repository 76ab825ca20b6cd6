package io.meshtransformer.gateway.http;

import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Reads request bodies up to a limit: what is larger is refused unread where its length is declared, else at the limit. */
@Singleton
public final class RequestBodies {
    /** A client that writes on for longer has not understood. */
    private static final Duration DISCARD_PATIENCE = Duration.ofSeconds(20);

    private final int limit;

    RequestBodies(GatewayConfiguration configuration) {
        this.limit = configuration.limits().body().asBigInteger().intValueExact();
    }

    /**
     * @param declaredLength the Content-Length, or null
     * @throws ApiException if the body is larger than the limit, or stops arriving
     */
    public byte[] read(InputStream body, Long declaredLength, Connection connection) {
        if (declaredLength != null && declaredLength > limit) {
            connection.discardBody(DISCARD_PATIENCE);
            throw tooLarge("has " + declaredLength + " bytes");
        }
        byte[] bytes;
        try {
            bytes = body.readNBytes(limit + 1);
        } catch (IOException _) {
            // The framework names no kinds: the client stopped sending, or is gone and reads no answer.
            throw new ApiException(ErrorKind.TIMEOUT, "The body of the request did not arrive in time");
        }
        if (bytes.length > limit) {
            connection.discardBody(DISCARD_PATIENCE);
            throw tooLarge("has more");
        }
        return bytes;
    }

    private ApiException tooLarge(String size) {
        return new ApiException(
                ErrorKind.BODY_TOO_LARGE, "The body may have %d bytes at most, it %s".formatted(limit, size));
    }
}
