package io.meshtransformer.contracts;

import java.time.Instant;

/** Checks of a message's own fields; the sentence travels to the sender inside {@link MalformedMessageException}. */
final class Required {
    private Required() {}

    static <T> T field(T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException("'" + name + "' is missing");
        }
        return value;
    }

    /** What every event of a run has. */
    static void event(String run, Instant time) {
        field(run, "run");
        field(time, "time");
    }

    static void that(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
