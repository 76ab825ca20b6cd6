package io.meshtransformer.inference.worker;

import java.util.HashMap;
import java.util.Map;

/** When a job's events happened, in nanoseconds of the system's timer; kept by the scheduler's thread. */
public final class JobTimes {

    private final long arrived;
    private final Map<Integer, Long> lastTokens = new HashMap<>();

    JobTimes(long arrived) {
        this.arrived = arrived;
    }

    public long arrived() {
        return arrived;
    }

    /** Notes a choice's token. @return when its token before came, or null for its first */
    public Long token(int choice, long now) {
        return lastTokens.put(choice, now);
    }
}
