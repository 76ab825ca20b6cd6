package io.meshtransformer.evaluation.metric;

import static java.util.Objects.requireNonNull;

import java.util.OptionalDouble;

/**
 * A metric over the documents that were judged so far, in whatever order and by whomever: constant memory, no document
 * kept. It is for people who watch; the last bits depend on the order, and final figures come from
 * {@link MetricDefinition#value(Outcomes)}. Not for several threads.
 *
 * <p>Means and centred second moments of values and weights are kept (Chan, Golub, LeVeque, "Updating formulae", 1979).
 * The standard error is that of a ratio of means to first order, times the slope of the figure (delta method); for
 * unweighted means that is the sample standard deviation over the root of their number.
 */
public final class RunningEstimate {
    private final Metric metric;
    private long documents;
    private double meanValue;
    private double meanWeight;
    private double valueSquares;
    private double weightSquares;
    private double products;

    RunningEstimate(Metric metric) {
        this.metric = requireNonNull(metric, "metric is null");
    }

    /** One more document. */
    public void add(Outcome outcome) {
        var value = quantity(outcome, metric.quantity());
        var weight = metric.weight().map(by -> quantity(outcome, by)).orElse(1.0);
        add(1, value, weight, 0, 0, 0);
    }

    /**
     * The documents of another estimate of the same metric, which stays as it is.
     *
     * @throws IllegalArgumentException if it is of another metric
     */
    public void add(RunningEstimate other) {
        if (!metric.equals(other.metric)) {
            throw new IllegalArgumentException(
                    "an estimate of " + other.metric.name() + " says nothing of " + metric.name());
        }
        add(
                other.documents,
                other.meanValue,
                other.meanWeight,
                other.valueSquares,
                other.weightSquares,
                other.products);
    }

    public long documents() {
        return documents;
    }

    /** Empty before the first document. */
    public OptionalDouble value() {
        return documents == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(metric.aggregation().figure(ratio()));
    }

    /** Empty before the second document, and where it is beyond all numbers. */
    public OptionalDouble standardError() {
        if (documents < 2) {
            return OptionalDouble.empty();
        }
        var ratio = ratio();
        var residuals = valueSquares - 2 * ratio * products + ratio * ratio * weightSquares;
        var ofRatio = Math.sqrt(Math.max(0, residuals) / (documents - 1) / documents) / meanWeight;
        var error = metric.aggregation().slope(ratio) * ofRatio;
        return Double.isFinite(error) ? OptionalDouble.of(error) : OptionalDouble.empty();
    }

    private double ratio() {
        return meanValue / meanWeight;
    }

    private void add(long more, double value, double weight, double valueSpread, double weightSpread, double spread) {
        if (more == 0) {
            return;
        }
        var all = documents + more;
        var ofValue = value - meanValue;
        var ofWeight = weight - meanWeight;
        var between = (double) documents * more / all;
        valueSquares += valueSpread + ofValue * ofValue * between;
        weightSquares += weightSpread + ofWeight * ofWeight * between;
        products += spread + ofValue * ofWeight * between;
        meanValue += ofValue * more / all;
        meanWeight += ofWeight * more / all;
        documents = all;
    }

    private double quantity(Outcome outcome, Quantity quantity) {
        var value = outcome.values().get(quantity);
        if (value == null) {
            throw new IllegalArgumentException(
                    "a document that counts " + outcome.values().keySet() + " says nothing of " + metric.name());
        }
        return value;
    }
}
