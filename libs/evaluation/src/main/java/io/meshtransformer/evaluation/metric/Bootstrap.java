package io.meshtransformer.evaluation.metric;

import io.meshtransformer.evaluation.random.PythonRandom;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The bootstrap of lm-evaluation-harness ({@code bootstrap_stderr}): 100,000 samples, each of as many documents as there
 * are, with repetitions; the figure of each; their sample standard deviation. Samples are drawn in chunks of 1,000, each
 * with the random numbers of a seed of its own, so chunks may be drawn at once and the figures are the same bits.
 *
 * @param weights of the documents; 1 each where there are none
 * @param documents number of values, at least 2
 * @param samples a multiple of 1,000, or fewer
 */
record Bootstrap(Aggregation aggregation, double[] values, Optional<double[]> weights, int documents, int samples) {
    /** As many as the harness draws where nobody says otherwise. */
    static final int SAMPLES = 100_000;

    private static final int MOST_IN_CHUNK = 1000;

    /** Takes two random words for each sample and document, on all processors. */
    double standardError() {
        var size = Math.min(MOST_IN_CHUNK, samples);
        var figures = new double[samples / size * size];
        IntStream.range(0, samples / size).parallel().forEach(chunk -> draw(chunk, size, figures));
        return Spread.sampleDeviation(figures, figures.length);
    }

    private void draw(int chunk, int size, double[] figures) {
        var random = new PythonRandom(chunk);
        var chosen = new int[documents];
        for (var i = chunk * size; i < (chunk + 1) * size; i++) {
            random.choices(documents, chosen);
            var divisor = weights.isPresent() ? sum(weights.get(), chosen) : documents;
            figures[i] = aggregation.figure(sum(values, chosen) / divisor);
        }
    }

    private static double sum(double[] of, int[] chosen) {
        var sum = 0.0;
        for (var index : chosen) {
            sum += of[index];
        }
        return sum;
    }
}
