package io.meshtransformer.training.service.run;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.training.service.worker.ExitCode;
import java.util.OptionalInt;

/** How a worker's process ended. */
public sealed interface Ending {
    /** The last step is committed. */
    record Finished() implements Ending {}

    /** It was told to end, and has committed. */
    record Again() implements Ending {}

    /** Another try would end the same way. */
    record ForGood(String reason) implements Ending {
        public ForGood {
            requireNonNull(reason, "reason is null");
        }
    }

    record Died(String reason) implements Ending {
        public Died {
            requireNonNull(reason, "reason is null");
        }
    }

    /**
     * By the exit code.
     *
     * @param code empty where nobody saw it
     * @param reason what the worker left behind, or empty
     */
    static Ending of(OptionalInt code, String reason) {
        if (code.isEmpty()) {
            return new Died(reason.isEmpty() ? "the worker's process is gone" : reason);
        }
        return switch (code.getAsInt()) {
            case ExitCode.FINISHED -> new Finished();
            case ExitCode.AGAIN -> new Again();
            case ExitCode.FOR_GOOD ->
                new ForGood(reason.isEmpty() ? "the worker refuses to go on, its log says why" : reason);
            default -> new Died(reason.isEmpty() ? described(code.getAsInt()) : reason);
        };
    }

    /** By the shell's convention, 128 and the number of the signal that ended the process. */
    private static String described(int code) {
        return code > 128
                ? "the worker was ended by signal " + (code - 128)
                : "the worker ended with exit code " + code;
    }
}
