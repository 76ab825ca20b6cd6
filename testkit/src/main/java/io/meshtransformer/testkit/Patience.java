package io.meshtransformer.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * How long a test waits for what must happen: long enough for a machine that does several times the work it can do. A
 * test that passes waits no longer than it takes.
 */
public final class Patience {
    static final int SECONDS = 60;
    public static final Duration LONG = Duration.ofSeconds(SECONDS);

    private Patience() {}

    /** Awaitility's, for as long. */
    public static ConditionFactory await() {
        return Awaitility.await().atMost(LONG);
    }
}
