package io.meshtransformer.evaluation.request;

import io.meshtransformer.evaluation.metric.Judgement;
import java.util.List;

/**
 * A document as a task asks it under a protocol.
 *
 * @param index in the task's order, from 0
 * @param hash SHA-256 (hexadecimal) of the document's fields as JSON with sorted keys
 * @param requests what the model is asked; the judgement takes the answers in this order
 * @param judgement what becomes of the answers; it can be kept as JSON
 */
public record PreparedDocument(int index, String hash, List<ModelRequest> requests, Judgement judgement) {
    public PreparedDocument {
        requests = List.copyOf(requests);
    }
}
