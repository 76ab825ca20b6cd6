package io.meshtransformer.evaluation.metric;

/**
 * How a figure comes from the ratio of two sums over documents: of what they count, and of their weights (1 each where a
 * metric has none). Source: lm-evaluation-harness 0.4.13, {@code lm_eval/api/metrics.py}. Exponentials are those of
 * {@link StrictMath}, the same bits on every machine.
 */
enum Aggregation {
    /** The ratio itself. */
    MEAN {
        @Override
        double figure(double ratio) {
            return ratio;
        }

        @Override
        double slope(double ratio) {
            return 1;
        }
    },
    /** exp(-ratio) of log-probabilities. */
    PERPLEXITY {
        @Override
        double figure(double ratio) {
            return StrictMath.exp(-ratio);
        }

        @Override
        double slope(double ratio) {
            return figure(ratio);
        }
    },
    /** -ratio / ln 2 of log-probabilities. */
    BITS {
        @Override
        double figure(double ratio) {
            return -ratio / LN_2;
        }

        @Override
        double slope(double ratio) {
            return 1 / LN_2;
        }
    };

    private static final double LN_2 = StrictMath.log(2);

    abstract double figure(double ratio);

    /** By how much the figure changes with the ratio there, without its sign. */
    abstract double slope(double ratio);
}
