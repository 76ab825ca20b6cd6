package io.meshtransformer.inference.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Cancellations of requests that are not here: mostly of other workers', but also of ones that still wait in Kafka. Each
 * ends one request that comes within a minute, not more, since a requester may send the same request again.
 */
final class EarlyCancellations {

    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final int MOST = 10_000;

    private final Map<String, Instant> cancelled = new LinkedHashMap<>();

    void remember(String requestId, Instant now) {
        cancelled.remove(requestId);
        cancelled.put(requestId, now);
        var oldest = cancelled.entrySet().iterator();
        while (oldest.hasNext()) {
            var entry = oldest.next();
            if (cancelled.size() <= MOST && !expired(entry.getValue(), now)) {
                return;
            }
            oldest.remove();
        }
    }

    /** @return whether the request was cancelled before it came */
    boolean consume(String requestId, Instant now) {
        var when = cancelled.remove(requestId);
        return when != null && !expired(when, now);
    }

    private static boolean expired(Instant when, Instant now) {
        return when.plus(REMEMBERED).isBefore(now);
    }
}
