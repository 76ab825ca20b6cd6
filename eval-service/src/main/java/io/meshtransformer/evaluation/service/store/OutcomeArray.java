package io.meshtransformer.evaluation.service.store;

import io.meshtransformer.evaluation.metric.Outcome;
import io.meshtransformer.evaluation.metric.Quantity;
import java.util.Arrays;
import java.util.EnumMap;

/** An outcome as a row holds it: by the ordinal of {@link Quantity}, null where the document has no such. */
final class OutcomeArray {
    private static final Quantity[] QUANTITIES = Quantity.values();

    private OutcomeArray() {}

    static Double[] of(Outcome outcome) {
        return Arrays.stream(QUANTITIES).map(outcome.values()::get).toArray(Double[]::new);
    }

    static Outcome outcome(Double[] array) {
        var values = new EnumMap<Quantity, Double>(Quantity.class);
        for (var i = 0; i < array.length; i++) {
            if (array[i] != null) {
                values.put(QUANTITIES[i], array[i]);
            }
        }
        return new Outcome(values);
    }
}
