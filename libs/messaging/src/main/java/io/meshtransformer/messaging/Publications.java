package io.meshtransformer.messaging;

import io.meshtransformer.contracts.TrainingEvent.CheckpointCommitted;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which published checkpoints are offered: the newest, by the time of their publication. Whoever heard the same
 * publications, in whatever order, comes to the same. Not thread-safe.
 */
final class Publications {
    private static final Comparator<CheckpointCommitted> NEWEST_FIRST = Comparator.comparing(CheckpointCommitted::time)
            .thenComparing(CheckpointCommitted::model)
            .reversed();

    private final int most;
    private final Map<String, CheckpointCommitted> newestOfName = new HashMap<>();

    /** @param most that are offered at once */
    Publications(int most) {
        if (most < 0) {
            throw new IllegalArgumentException("mtj.models.published is %d, it must be at least 0".formatted(most));
        }
        this.most = most;
    }

    /** Takes a publication, or the same again. */
    void add(CheckpointCommitted published) {
        newestOfName.merge(
                published.model(), published, (one, other) -> NEWEST_FIRST.compare(one, other) <= 0 ? one : other);
    }

    /** Those to offer, the newest first. */
    List<CheckpointCommitted> offered() {
        return newestOfName.values().stream().sorted(NEWEST_FIRST).limit(most).toList();
    }
}
