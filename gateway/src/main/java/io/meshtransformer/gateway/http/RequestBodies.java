package io.meshtransformer.gateway.http;

import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads request bodies, up to a limit each and up to another all together: what is larger is refused unread where its
 * length is declared, else at the limit.
 */
@Singleton
public final class RequestBodies {
    /** A client that writes on for longer has not understood. */
    private static final Duration DISCARD_PATIENCE = Duration.ofSeconds(20);

    private final int limit;
    private final long budget;
    private final AtomicLong held = new AtomicLong();

    RequestBodies(GatewayConfiguration configuration) {
        this.limit = configuration.limits().body().asBigInteger().intValueExact();
        this.budget = configuration.limits().bodies().asLongValue();
    }

    /** What is made of a body's bytes. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(byte[] body);
    }

    /**
     * Reads a body and makes a request of it; then the bytes are forgotten.
     *
     * @param declaredLength the Content-Length, or null
     * @throws ApiException if the body is larger than the limit, stops arriving, or there is no room for it now; and
     *     whatever the reader throws
     */
    public <T> T read(InputStream body, Long declaredLength, Connection connection, Reader<T> reader) {
        if (declaredLength != null && declaredLength > limit) {
            connection.discardBody(DISCARD_PATIENCE);
            throw tooLarge("has " + declaredLength + " bytes");
        }
        long reserved = declaredLength == null ? limit : declaredLength;
        if (held.addAndGet(reserved) > budget) {
            held.addAndGet(-reserved);
            connection.discardBody(DISCARD_PATIENCE);
            throw new ApiException(
                    ErrorKind.TOO_MANY_REQUESTS,
                    "The gateway holds %d bytes of request bodies at a time and has no room for %d more; please try again shortly"
                            .formatted(budget, reserved));
        }
        try {
            return reader.read(bytes(body, connection));
        } finally {
            held.addAndGet(-reserved);
        }
    }

    private byte[] bytes(InputStream body, Connection connection) {
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
