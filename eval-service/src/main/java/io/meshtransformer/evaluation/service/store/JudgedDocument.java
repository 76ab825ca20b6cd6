package io.meshtransformer.evaluation.service.store;

import io.meshtransformer.evaluation.metric.Judgement;
import io.meshtransformer.evaluation.metric.Outcome;
import java.util.List;

/**
 * A document and what it counts.
 *
 * @param index in the task's order
 * @param hash SHA-256 (hexadecimal) of its fields
 * @param requests their hashes, in their order
 */
public record JudgedDocument(int index, String hash, List<String> requests, Judgement judgement, Outcome outcome) {
    public JudgedDocument {
        requests = List.copyOf(requests);
    }
}
