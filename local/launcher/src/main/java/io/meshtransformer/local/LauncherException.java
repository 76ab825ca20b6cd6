package io.meshtransformer.local;

/** The command cannot do what it was asked; the message is a sentence for the user. Ends the command with exit code 1. */
public final class LauncherException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LauncherException(String message) {
        super(message);
    }

    public LauncherException(String message, Throwable cause) {
        super(message, cause);
    }
}
