package io.meshtransformer.evaluation.metric;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * @param quantity that is summed
 * @param weight by whose sum that is divided; the number of documents where there is none
 */
record Metric(
        String name, boolean higherIsBetter, Quantity quantity, Optional<Quantity> weight, Aggregation aggregation)
        implements MetricDefinition {

    @Override
    public double value(Outcomes outcomes) {
        requireDocuments(outcomes);
        var ratio = sum(outcomes.column(quantity), outcomes.size())
                / weight.map(by -> sum(outcomes.column(by), outcomes.size())).orElse((double) outcomes.size());
        return aggregation.figure(ratio);
    }

    @Override
    public OptionalDouble standardError(Outcomes outcomes) {
        requireDocuments(outcomes);
        var documents = outcomes.size();
        if (documents == 1) {
            return OptionalDouble.empty();
        }
        var values = outcomes.column(quantity);
        var error = bootstrapped()
                ? new Bootstrap(aggregation, values, weight.map(outcomes::column), documents, Bootstrap.SAMPLES)
                        .standardError()
                : Spread.sampleDeviation(values, documents) / Math.sqrt(documents);
        return Double.isFinite(error) ? OptionalDouble.of(error) : OptionalDouble.empty();
    }

    @Override
    public boolean bootstrapped() {
        return aggregation != Aggregation.MEAN;
    }

    @Override
    public RunningEstimate running() {
        return new RunningEstimate(this);
    }

    private void requireDocuments(Outcomes outcomes) {
        if (outcomes.size() == 0) {
            throw new IllegalArgumentException(name + " of no documents");
        }
    }

    private static double sum(double[] values, int documents) {
        var sum = 0.0;
        for (var i = 0; i < documents; i++) {
            sum += values[i];
        }
        return sum;
    }
}
