package io.meshtransformer.gptj.sampling;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.checkIndex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Log-probabilities of a row of logits as the model gives them, before temperature and filters. A view of the row, valid
 * as long as the row is.
 *
 * <p>The sum over the row is taken in fp64 in one fixed order, so equal logits give equal bits on every machine.
 */
public final class LogSoftmax {
    private final float[] values;
    private final int offset;
    private final int size;
    private final int argmax;
    private final double logsumexp;

    private LogSoftmax(float[] values, int offset, int size) {
        this.values = values;
        this.offset = offset;
        this.size = size;
        this.argmax = findArgmax();
        this.logsumexp = sum(values[offset + argmax]);
    }

    /**
     * @param offset of the row's first logit in {@code values}
     * @param size number of logits in the row
     * @throws IllegalArgumentException if a logit is NaN or positive infinity, or all are negative infinity
     */
    public static LogSoftmax of(float[] values, int offset, int size) {
        checkFromIndexSize(offset, size, values.length);
        if (size == 0) {
            throw new IllegalArgumentException("a row of logits has size 0, it must be at least 1");
        }
        return new LogSoftmax(values, offset, size);
    }

    private int findArgmax() {
        var max = values[offset];
        for (var i = offset; i < offset + size; i++) {
            // NaN wins every comparison here.
            max = Math.max(max, values[i]);
        }
        for (var id = 0; id < size; id++) {
            if (values[offset + id] == max && Float.isFinite(max)) {
                return id;
            }
        }
        throw new IllegalArgumentException("the largest of " + size + " logits is " + max
                + ", it must be finite: the model's weights or activations are broken");
    }

    private double sum(float max) {
        // Four sums, because one would wait for each addition.
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        var end = offset + size;
        var i = offset;
        for (; i + 3 < end; i += 4) {
            sum0 += Exponential.of((double) values[i] - max);
            sum1 += Exponential.of((double) values[i + 1] - max);
            sum2 += Exponential.of((double) values[i + 2] - max);
            sum3 += Exponential.of((double) values[i + 3] - max);
        }
        for (; i < end; i++) {
            sum0 += Exponential.of((double) values[i] - max);
        }
        return max + StrictMath.log(sum0 + sum1 + (sum2 + sum3));
    }

    public int size() {
        return size;
    }

    float[] values() {
        return values;
    }

    int offset() {
        return offset;
    }

    /** The likeliest token; of several equal ones that with the lowest id. */
    public int argmax() {
        return argmax;
    }

    /** Natural logarithm of the sum of the exponentials of all logits. */
    public double logsumexp() {
        return logsumexp;
    }

    /** Natural logarithm of a token's probability. */
    public double logprob(int id) {
        return values[offset + checkIndex(id, size)] - logsumexp;
    }

    /** The likeliest tokens, likeliest first; equal ones by id. Fewer than {@code count} only where the row is shorter. */
    public List<TokenLogprob> top(int count) {
        if (count < 0) {
            throw new IllegalArgumentException(
                    "the number of likeliest tokens is " + count + ", it must be at least 0");
        }
        var ids = new int[Math.min(count, size)];
        var found = 0;
        for (var id = 0; id < size && ids.length > 0; id++) {
            var value = values[offset + id];
            if (found < ids.length || value > values[offset + ids[found - 1]]) {
                var place = found < ids.length ? found++ : found - 1;
                for (; place > 0 && value > values[offset + ids[place - 1]]; place--) {
                    ids[place] = ids[place - 1];
                }
                ids[place] = id;
            }
        }
        var top = new ArrayList<TokenLogprob>(ids.length);
        Arrays.stream(ids).forEach(id -> top.add(new TokenLogprob(id, logprob(id))));
        return List.copyOf(top);
    }
}
