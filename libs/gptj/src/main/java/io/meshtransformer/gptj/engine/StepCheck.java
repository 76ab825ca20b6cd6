package io.meshtransformer.gptj.engine;

import java.util.BitSet;
import java.util.List;

/** What every engine demands of a step before it begins. */
public final class StepCheck {
    private StepCheck() {}

    /**
     * @throws IllegalArgumentException if a slot holds no sequence or has two chunks, a sequence would outgrow the
     *     context, an id is outside the vocabulary, or there are more ids or logit rows than the engine's limits allow
     */
    public static void check(InferenceEngine engine, List<Chunk> chunks) {
        var limits = engine.limits();
        var seen = new BitSet(limits.slots());
        var ids = 0L;
        var logits = 0L;
        for (var chunk : chunks) {
            checkRoom(engine, chunk);
            if (seen.get(chunk.slot())) {
                throw new IllegalArgumentException("slot " + chunk.slot() + " has two chunks in one step");
            }
            seen.set(chunk.slot());
            checkIds(chunk, engine.config().vocabularySize());
            ids += chunk.ids().length;
            logits += chunk.logitRows();
        }
        requireAtMost(ids, "ids", limits.stepTokens());
        requireAtMost(logits, "logit rows", limits.stepLogits());
    }

    private static void checkRoom(InferenceEngine engine, Chunk chunk) {
        var length = engine.length(chunk.slot());
        var contextLength = engine.config().contextLength();
        if (length + chunk.ids().length > contextLength) {
            throw new IllegalArgumentException("slot " + chunk.slot() + " would have " + length + " + "
                    + chunk.ids().length + " tokens, the context length is " + contextLength);
        }
    }

    private static void checkIds(Chunk chunk, int vocabularySize) {
        for (var id : chunk.ids()) {
            if (id < 0 || id >= vocabularySize) {
                throw new IllegalArgumentException("id " + id + " is outside the vocabulary of " + vocabularySize);
            }
        }
    }

    private static void requireAtMost(long count, String what, int limit) {
        if (count > limit) {
            throw new IllegalArgumentException("a step of " + count + " " + what + ", the most is " + limit);
        }
    }
}
