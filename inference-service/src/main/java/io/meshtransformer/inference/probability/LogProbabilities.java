package io.meshtransformer.inference.probability;

/**
 * Log-probabilities of a row of logits, in nats, under the model itself: before temperature, penalties and filters. Sums
 * run in the order of the ids, in double, so they are the same on every machine.
 */
public final class LogProbabilities {

    private LogProbabilities() {}

    /** log(sum of exp(logit)): a token's log-probability is its logit minus this. */
    public static double logSumExp(float[] logits, int offset, int size) {
        var max = (double) logits[likeliest(logits, offset, size) + offset];
        var sum = 0.0;
        for (int i = offset; i < offset + size; i++) {
            sum += Math.exp(logits[i] - max);
        }
        return max + Math.log(sum);
    }

    /** The id with the largest logit; the lowest of several. */
    public static int likeliest(float[] logits, int offset, int size) {
        var best = offset;
        for (int i = offset + 1; i < offset + size; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best - offset;
    }

    /** The ids with the largest logits, likeliest first, of equal ones the lowest first; at most {@code count}. */
    public static int[] top(float[] logits, int offset, int size, int count) {
        var top = new int[Math.min(count, size)];
        var filled = 0;
        for (int id = 0; id < size; id++) {
            var logit = logits[offset + id];
            if (filled == top.length && (filled == 0 || logit <= logits[offset + top[filled - 1]])) {
                continue;
            }
            var place = filled == top.length ? filled - 1 : filled++;
            while (place > 0 && logits[offset + top[place - 1]] < logit) {
                top[place] = top[place - 1];
                place--;
            }
            top[place] = id;
        }
        return top;
    }
}
