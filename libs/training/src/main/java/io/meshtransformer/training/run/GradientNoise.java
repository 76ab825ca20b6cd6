package io.meshtransformer.training.run;

import java.util.OptionalDouble;

/**
 * The simple gradient noise scale: about the batch, in tokens, above which larger ones help little. McCandlish et al.
 * 2018, appendix A.1: two batch sizes give two norms, from which the squared length of the true gradient and the trace of
 * its covariance follow; both are averaged over steps, and their ratio is the scale.
 *
 * <p>As in mesh-transformer-jax, steps whose squared norm is 2 or more are left out: the first ones of a run would stay
 * in the averages for long.
 */
public final class GradientNoise {
    private static final double MOST_SQUARED_NORM = 2;
    private static final double WEIGHT = 0.01;

    private final double small;
    private final double big;
    private Averages averages;

    /**
     * What it remembers between steps.
     *
     * @param steps that are in the averages
     * @param squaredGradient of the true gradient, as it is summed up
     * @param covariance trace, as it is summed up
     */
    public record Averages(long steps, double squaredGradient, double covariance) {
        public static final Averages NONE = new Averages(0, 0, 0);
    }

    /**
     * @param small tokens of a micro-batch
     * @param big tokens of a step; where both are the same there is no estimate
     */
    public GradientNoise(long small, long big, Averages averages) {
        this.small = small;
        this.big = big;
        this.averages = averages;
    }

    public Averages averages() {
        return averages;
    }

    /** Takes in a step. @return the scale in tokens, where there is an estimate and it is a positive number */
    public OptionalDouble add(double microGradientNorm, double gradientNorm) {
        var smallSquared = microGradientNorm * microGradientNorm;
        var bigSquared = gradientNorm * gradientNorm;
        if (big > small && bigSquared < MOST_SQUARED_NORM) {
            var gradient = (big * bigSquared - small * smallSquared) / (big - small);
            var covariance = (smallSquared - bigSquared) / (1 / small - 1 / big);
            averages = new Averages(
                    averages.steps() + 1,
                    mix(averages.squaredGradient(), gradient),
                    mix(averages.covariance(), covariance));
        }
        var scale = averages.covariance() / averages.squaredGradient();
        return scale > 0 && Double.isFinite(scale) ? OptionalDouble.of(scale) : OptionalDouble.empty();
    }

    private static double mix(double average, double value) {
        return (1 - WEIGHT) * average + WEIGHT * value;
    }
}
