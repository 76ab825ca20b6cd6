package io.meshtransformer.gateway.http;

/** Nobody is there to be answered. */
public final class ClientLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ClientLostException() {
        super("the client is gone", null, false, false);
    }
}
