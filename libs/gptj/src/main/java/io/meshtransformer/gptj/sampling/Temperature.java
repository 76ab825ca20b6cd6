package io.meshtransformer.gptj.sampling;

/**
 * Divides every logit.
 *
 * @param value above 0; below 1 sharpens the distribution, above 1 flattens it
 */
public record Temperature(double value) implements LogitProcessor {
    public Temperature {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("the temperature is " + value + ", it must be a finite number above 0");
        }
    }

    @Override
    public void apply(Candidates candidates, TokenHistory history) {
        var divisor = Math.max((float) value, Float.MIN_NORMAL);
        var max = candidates.max();
        // Where the quotient would leave fp32, distances from the largest logit are divided: the same distribution.
        var origin = Float.isFinite(max / divisor) ? 0 : max;
        candidates.scale(origin, divisor);
    }
}
