package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When a service that died is started again.
 *
 * <p>One that had been ready comes back at once, so that streams go on within seconds; one that dies before it is ready
 * again waits longer every time; one that keeps dying is given up. A quiet while forgets what was before.
 *
 * @param delays before the next start, by the number of deaths in a row before the service was ready; the last one stays
 * @param mostDeaths in a row, ready or not, without a quiet while between them
 * @param quiet a life of this length forgets the deaths before it
 */
public record RestartPolicy(List<Duration> delays, int mostDeaths, Duration quiet) {
    public static final RestartPolicy STANDARD = new RestartPolicy(
            List.of(Duration.ZERO, Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(5)),
            20,
            Duration.ofMinutes(1));

    /** What has been so far: deaths in a row, and how many of the last of them came before readiness. */
    public record History(int deaths, int deathsBeforeReady) {
        public static final History NONE = new History(0, 0);
    }

    /** @param delay until the next start; empty: no more */
    public record Decision(Optional<Duration> delay, History history) {}

    public RestartPolicy {
        delays = List.copyOf(requireNonNull(delays, "delays is null"));
        requireNonNull(quiet, "quiet is null");
    }

    /**
     * A service died.
     *
     * @param wasReady whether this life had come to readiness
     */
    public Decision died(History history, Instant startedAt, Instant diedAt, boolean wasReady) {
        var before = Duration.between(startedAt, diedAt).compareTo(quiet) >= 0 ? History.NONE : history;
        var now = new History(before.deaths() + 1, wasReady ? 0 : before.deathsBeforeReady() + 1);
        if (now.deaths() > mostDeaths) {
            return new Decision(Optional.empty(), now);
        }
        return new Decision(Optional.of(delays.get(Math.min(now.deathsBeforeReady(), delays.size() - 1))), now);
    }
}
