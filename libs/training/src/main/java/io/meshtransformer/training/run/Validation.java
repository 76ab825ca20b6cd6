package io.meshtransformer.training.run;

import io.meshtransformer.gptj.training.TrainingEngine;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/**
 * Measures the loss of windows that are not trained on.
 *
 * @param sets windows by the name of their set; the first one decides which checkpoint is best
 * @param batch windows that are read and computed at a time
 */
record Validation(SequencedMap<String, StepWindows> sets, int most, int batch) {

    /** @return the loss of the deciding set, nats per token; none without sets, or if the run shall stop meanwhile */
    OptionalDouble run(TrainingEngine engine, long step, StopSignal stop, RunListener listener) {
        var deciding = OptionalDouble.empty();
        for (var set : sets.entrySet()) {
            var total = most == 0
                    ? set.getValue().perEpoch()
                    : Math.min(most, set.getValue().perEpoch());
            var loss = loss(engine, set, total, stop);
            if (stop.requested()) {
                return OptionalDouble.empty();
            }
            var tokens = total * engine.shape().sequence();
            listener.on(new RunEvent.ValidationCompleted(step, set.getKey(), loss / tokens, tokens));
            if (deciding.isEmpty()) {
                deciding = OptionalDouble.of(loss / tokens);
            }
        }
        return deciding;
    }

    private double loss(TrainingEngine engine, Map.Entry<String, StepWindows> set, long total, StopSignal stop) {
        var loss = 0.0;
        for (var seen = 0L; seen < total && !stop.requested(); seen += batch) {
            var count = (int) Math.min(batch, total - seen);
            loss += Arrays.stream(engine.evaluate(set.getValue().next(seen, count)))
                    .sum();
        }
        return loss;
    }
}
