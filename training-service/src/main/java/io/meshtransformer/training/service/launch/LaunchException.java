package io.meshtransformer.training.service.launch;

/** A worker could not be launched, ended or looked at; the message says why. */
public final class LaunchException extends Exception {
    private static final long serialVersionUID = 1L;

    public LaunchException(String message) {
        super(message);
    }

    public LaunchException(String message, Throwable cause) {
        super(message, cause);
    }
}
