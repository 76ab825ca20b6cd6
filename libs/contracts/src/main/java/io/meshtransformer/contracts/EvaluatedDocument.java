package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A document of a task, as each protocol asked and judged it.
 *
 * @param index in the task's order, from 0
 * @param hash SHA-256 (hexadecimal) of the document as its file has it
 * @param views one for each protocol of the evaluation that has judged it, in their order
 * @param differences what the protocols did differently, a sentence each; empty with one protocol
 */
public record EvaluatedDocument(int index, String hash, List<View> views, List<String> differences) {
    public EvaluatedDocument {
        Required.field(hash, "hash");
        views = List.copyOf(Required.field(views, "views"));
        differences = List.copyOf(Required.field(differences, "differences"));
    }

    /**
     * Under one protocol.
     *
     * @param contexts that the model read; one, but for tasks whose choices are contexts
     * @param choices in their order; for a generated text one
     * @param gold index of the right choice; null where there is none
     * @param target the text that is right, or null
     * @param metrics what the document counts for each of the task's metrics, in the task's order
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record View(
            EvaluationProtocol protocol,
            List<String> contexts,
            List<Choice> choices,
            Integer gold,
            String target,
            Map<String, Double> metrics) {
        public View {
            Required.field(protocol, "protocol");
            contexts = List.copyOf(Required.field(contexts, "contexts"));
            choices = List.copyOf(Required.field(choices, "choices"));
            metrics = Collections.unmodifiableMap(new LinkedHashMap<>(Required.field(metrics, "metrics")));
        }
    }

    /**
     * @param context index of the context it stands after
     * @param text of the continuation, or what was generated
     * @param tokens number of its tokens, or null for a generated text
     * @param logprob sum over its tokens, nats; null for a generated text
     * @param greedy whether each token was the likeliest at its place; null for a generated text
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Choice(int context, String text, Integer tokens, Double logprob, Boolean greedy) {
        public Choice {
            Required.field(text, "text");
        }
    }
}
