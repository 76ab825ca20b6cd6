package io.meshtransformer.testkit.golden;

import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.InferenceEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What tests do with logits. */
public final class Rows {
    private Rows() {}

    /** Logits of every row, in steps within the engine's limits. */
    public static List<float[]> all(InferenceEngine engine, int... ids) {
        var slot = engine.open();
        var rows = new ArrayList<float[]>();
        var most = Math.min(engine.limits().stepLogits(), engine.limits().stepTokens());
        for (var begin = 0; begin < ids.length; begin += most) {
            var part = Arrays.copyOfRange(ids, begin, Math.min(ids.length, begin + most));
            var logits = engine.step(List.of(Chunk.withAllLogits(slot, part)));
            for (var row = 0; row < logits.rows(); row++) {
                rows.add(Arrays.copyOfRange(
                        logits.values(), logits.offset(row), logits.offset(row) + logits.vocabularySize()));
            }
        }
        engine.free(slot);
        return rows;
    }

    /** The likeliest continuation of a prompt. */
    public static List<Integer> greedy(InferenceEngine engine, int[] prompt, int count) {
        var slot = engine.open();
        var next = Chunk.withLastLogits(slot, prompt);
        var continuation = new ArrayList<Integer>();
        while (continuation.size() < count) {
            var logits = engine.step(List.of(next));
            continuation.add(argmax(logits.values(), logits.offset(0), logits.vocabularySize()));
            next = Chunk.generated(slot, continuation.getLast());
        }
        engine.free(slot);
        return continuation;
    }

    public static int argmax(float[] values, int offset, int count) {
        return IntStream.range(0, count)
                .reduce(0, (best, id) -> values[offset + id] > values[offset + best] ? id : best);
    }

    public static double logSumExp(float[] logits) {
        double largest = logits[argmax(logits, 0, logits.length)];
        var sum = 0.0;
        for (var logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return largest + Math.log(sum);
    }

    public static double largestDifference(List<float[]> left, List<float[]> right) {
        var worst = 0.0;
        for (var row = 0; row < left.size(); row++) {
            for (var id = 0; id < left.get(row).length; id++) {
                worst = Math.max(worst, Math.abs(left.get(row)[id] - right.get(row)[id]));
            }
        }
        return worst;
    }
}
