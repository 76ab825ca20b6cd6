package io.meshtransformer.pjrt.plugin;

import java.io.Serial;

/** A plugin that is not there or could not be brought. The message says what to do. */
public final class PluginStoreException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Problem problem;

    public enum Problem {
        /** It is not installed. */
        MISSING,
        /** There is no pip to download it with. */
        NO_PIP,
        /** pip failed; the message ends with what it said. */
        DOWNLOAD_FAILED,
        /** What was downloaded is not the wheel that was pinned. */
        WRONG_HASH,
        /** The wheel lacks the library, or is no wheel. */
        WRONG_WHEEL,
        /** The cache directory could not be read or written. */
        CACHE_FAILED,
        /** The thread was interrupted. */
        INTERRUPTED
    }

    PluginStoreException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    PluginStoreException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
