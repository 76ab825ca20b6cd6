package io.meshtransformer.evaluation.metric;

/** How far values lie apart. */
final class Spread {
    private Spread() {}

    /**
     * Root of the squared distances from the mean over one less than their number, summed in order.
     *
     * @param count of the values from the first, at least 2
     */
    static double sampleDeviation(double[] values, int count) {
        var sum = 0.0;
        for (var i = 0; i < count; i++) {
            sum += values[i];
        }
        var mean = sum / count;
        var squares = 0.0;
        for (var i = 0; i < count; i++) {
            var distance = values[i] - mean;
            squares += distance * distance;
        }
        return Math.sqrt(squares / (count - 1));
    }
}
