package io.meshtransformer.gateway.error;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/** A request is refused; the message is a sentence for the client and names no internals. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;
    private final String parameter;

    /** @param parameter the request field at fault, or null */
    public ApiException(ErrorKind kind, String message, String parameter) {
        super(wellFormed(requireNonNull(message, "message is null")));
        this.kind = requireNonNull(kind, "kind is null");
        this.parameter = parameter;
    }

    public ApiException(ErrorKind kind, String message) {
        this(kind, message, null);
    }

    public static ApiException invalid(String parameter, String message) {
        return new ApiException(ErrorKind.INVALID_VALUE, message, parameter);
    }

    public ErrorKind kind() {
        return kind;
    }

    public ErrorBody body() {
        return new ErrorBody(new ErrorBody.Detail(getMessage(), kind.type(), parameter, kind.code()));
    }

    /** A sentence may repeat what a client sent, lone surrogates included, and those cannot be written as UTF-8. */
    private static String wellFormed(String message) {
        return new String(message.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
