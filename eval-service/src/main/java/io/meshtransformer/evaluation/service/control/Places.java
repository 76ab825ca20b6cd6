package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.evaluation.service.evaluation.State;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose turn it is: the oldest first, so many at once, and one alone of those whose checkpoint must be published: of these
 * only the newest few are served, and another one's would take its place.
 */
@Singleton
public final class Places {
    private final int most;

    Places(EvaluationConfiguration configuration) {
        this.most = configuration.maxRunning();
        if (most < 1) {
            throw new IllegalArgumentException("mtj.evaluation.max-running is " + most + ", it must be at least 1");
        }
    }

    /** @param going those that have not ended, the oldest first */
    List<EvaluationRow> next(List<EvaluationRow> going) {
        var taken = going.stream().filter(Places::hasPlace).toList();
        var free = most - taken.size();
        var published = taken.stream().anyMatch(EvaluationRow::publish);
        var next = new ArrayList<EvaluationRow>();
        for (var one : going) {
            if (next.size() < free
                    && one.evaluation(false).state() instanceof State.Queued
                    && !(published && one.publish())) {
                next.add(one);
                published |= one.publish();
            }
        }
        return next;
    }

    private static boolean hasPlace(EvaluationRow row) {
        return row.evaluation(false).state() instanceof State.WithPlace;
    }
}
