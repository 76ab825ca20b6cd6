package io.meshtransformer.evaluation.metric;

import java.util.Map;

/**
 * What one document counts.
 *
 * @param values by the names of {@link Quantity}, such as {@code acc} (0 or 1), {@code logprob} (nats), {@code words}
 */
public record Outcome(Map<Quantity, Double> values) {
    public Outcome {
        values = Map.copyOf(values);
    }
}
