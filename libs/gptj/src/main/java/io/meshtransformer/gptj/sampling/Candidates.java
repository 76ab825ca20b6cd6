package io.meshtransformer.gptj.sampling;

import java.util.Arrays;

/**
 * The tokens among which one is chosen, with logits on their way from the model's to those that are drawn from. Memory
 * of a {@link Sampler}, changed by each {@link LogitProcessor} in turn.
 *
 * <p>Those left stand at places from 0 to {@link #count}, in the order of their ids: after the first cut, work is done for
 * them alone.
 */
public final class Candidates {
    /** Weights are summed in blocks of this many, so that a draw passes over most of them. */
    private static final int BLOCK = 64;

    private final int[] ids;
    private final float[] logits;
    private final double[] weights;
    private final double[] blockWeights;
    private final Occurrences occurrences;
    private final Selection selection;

    private int count;

    /** Whether the weights are those of the logits; leaving tokens out keeps them so, unless the likeliest is among them. */
    private boolean weighed;

    Candidates(int size) {
        ids = new int[size];
        logits = new float[size];
        weights = new double[size];
        blockWeights = new double[(size + BLOCK - 1) / BLOCK];
        occurrences = new Occurrences(size);
        selection = new Selection(size);
    }

    void load(float[] values, int offset) {
        System.arraycopy(values, offset, logits, 0, logits.length);
        Arrays.setAll(ids, id -> id);
        count = ids.length;
        weighed = false;
    }

    int count() {
        return count;
    }

    int id(int place) {
        return ids[place];
    }

    /** Where a token stands; negative if it was left out or can't be chosen at all. */
    int place(int id) {
        return count == ids.length && id < count ? id : Arrays.binarySearch(ids, 0, count, id);
    }

    /** By place; to be read, and written through the methods below. */
    float[] logits() {
        return logits;
    }

    float max() {
        var max = Float.NEGATIVE_INFINITY;
        for (var at = 0; at < count; at++) {
            max = Math.max(max, logits[at]);
        }
        return max;
    }

    /** Gives a token another logit; beyond the range of fp32 the largest, so that any finite parameter is safe. */
    void set(int place, float logit) {
        logits[place] = Math.clamp(logit, -Float.MAX_VALUE, Float.MAX_VALUE);
        weighed = false;
    }

    /** Gives every token the quotient of its distance from an origin. */
    void scale(float origin, float divisor) {
        for (var at = 0; at < count; at++) {
            logits[at] = (logits[at] - origin) / divisor;
        }
        weighed = false;
    }

    /** Makes a token impossible; to be followed by a cut. */
    void exclude(int place) {
        logits[place] = Float.NEGATIVE_INFINITY;
        weighed = false;
    }

    /** Leaves out the tokens whose score is below a cut. */
    void keepAtLeast(float cut, float[] scores) {
        var kept = 0;
        for (var at = 0; at < count; at++) {
            // Counted, not branched to: which tokens stay is as good as random.
            var stays = scores[at] >= cut ? 1 : 0;
            move(at, kept);
            kept += stays;
        }
        end(kept);
    }

    /** Leaves out the tokens with a given logit after the first {@code most} of them. */
    void keepFirstOf(float logit, long most) {
        var kept = 0;
        long found = 0;
        for (var at = 0; at < count; at++) {
            found += logits[at] == logit ? 1 : 0;
            var stays = logits[at] != logit || found <= most;
            move(at, kept);
            kept += stays ? 1 : 0;
        }
        end(kept);
    }

    /** Leaves out the tokens whose weight is below a limit. */
    void keepWeighing(double least) {
        var kept = 0;
        for (var at = 0; at < count; at++) {
            var stays = weights[at] >= least ? 1 : 0;
            move(at, kept);
            kept += stays;
        }
        end(kept);
    }

    /** Leaves out all others. */
    void keepOnly(int place) {
        move(place, 0);
        end(1);
    }

    private void move(int from, int to) {
        ids[to] = ids[from];
        logits[to] = logits[from];
        weights[to] = weights[from];
    }

    private void end(int kept) {
        count = kept;
        var heaviest = 0.0;
        for (var at = 0; weighed && at < count; at++) {
            heaviest = Math.max(heaviest, weights[at]);
        }
        weighed &= heaviest == 1;
    }

    /** Weights by place, and their sum; valid until a logit changes or a token is left out. */
    record Weights(double[] values, double total) {}

    /** Probabilities times {@link Weights#total}: the likeliest token's weight is 1. */
    Weights weights() {
        if (!weighed) {
            weigh();
        }
        double total = 0;
        for (var begin = 0; begin < count; begin += BLOCK) {
            var end = Math.min(begin + BLOCK, count);
            double sum = 0;
            for (var at = begin; at < end; at++) {
                sum += weights[at];
            }
            blockWeights[begin / BLOCK] = sum;
            total += sum;
        }
        return new Weights(weights, total);
    }

    private void weigh() {
        var max = max();
        if (max == Float.NEGATIVE_INFINITY) {
            throw new IllegalStateException("all " + ids.length + " tokens are left out, none can be chosen");
        }
        for (var at = 0; at < count; at++) {
            weights[at] = Exponential.of((double) logits[at] - max);
        }
        weighed = true;
    }

    /**
     * How far down from the largest score one must go to reach a target.
     *
     * @param scores by place
     * @param byWeight whether tokens count by their weight, otherwise each counts 1
     */
    Selection.Cut cut(float[] scores, boolean byWeight, double target) {
        return selection.find(scores, byWeight ? weights : null, count, target);
    }

    /** Counts tokens of the history; for processors that treat tokens by how often they occur. */
    Occurrences occurrences() {
        return occurrences;
    }

    /**
     * The token at a point in the sum of the weights, in the order of the ids.
     *
     * @param uniform from 0 to 1 exclusive
     */
    int draw(double uniform) {
        var target = uniform * weights().total();
        var begin = 0;
        double passed = 0;
        while (begin + BLOCK < count && passed + blockWeights[begin / BLOCK] <= target) {
            passed += blockWeights[begin / BLOCK];
            begin += BLOCK;
        }
        for (var at = begin; at < count; at++) {
            passed += weights[at];
            if (passed > target) {
                return ids[at];
            }
        }
        // Rounding has left the target at the very end: the last token that has a weight is meant.
        var last = count - 1;
        while (weights[last] == 0) {
            last--;
        }
        return ids[last];
    }

    /** The probability of every token by id, 0 for those left out. */
    double[] probabilities() {
        var total = weights().total();
        var probabilities = new double[ids.length];
        for (var at = 0; at < count; at++) {
            probabilities[ids[at]] = weights[at] / total;
        }
        return probabilities;
    }
}
