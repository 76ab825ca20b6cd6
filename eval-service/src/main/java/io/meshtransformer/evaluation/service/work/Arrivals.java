package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.contracts.EvaluationResult;
import io.meshtransformer.evaluation.request.ModelAnswer;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Results that this instance waits for, handed over as it writes their rows. It saves questions to the database and no
 * more: what another instance writes is found there. For any thread.
 */
@Singleton
public final class Arrivals {
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();
    private final Queue<Map<String, ModelAnswer>> came = new ConcurrentLinkedQueue<>();

    /** Before the request is sent, so that no result is faster. */
    void want(String hash) {
        wanted.add(hash);
    }

    /** No others are wanted any more. */
    void wantOnly(Collection<String> hashes) {
        wanted.retainAll(Set.copyOf(hashes));
    }

    /** What came since the last time, by the requests' hashes. */
    Map<String, ModelAnswer> take() {
        var all = new HashMap<String, ModelAnswer>();
        for (var some = came.poll(); some != null; some = came.poll()) {
            all.putAll(some);
        }
        wanted.removeAll(all.keySet());
        return all;
    }

    /** The hashes of those that are waited for here. */
    public List<String> wantedOf(Collection<EvaluationResult> results) {
        return results.stream()
                .map(EvaluationResult::requestHash)
                .filter(wanted::contains)
                .distinct()
                .toList();
    }

    /** @param answers as the rows have them */
    public void hand(Map<String, ModelAnswer> answers) {
        if (!answers.isEmpty()) {
            came.add(answers);
        }
    }
}
