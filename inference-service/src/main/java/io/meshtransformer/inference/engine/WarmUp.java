package io.meshtransformer.inference.engine;

import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.InferenceEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs an engine on nothing in particular, so that the first request meets code that is loaded and compiled. */
public final class WarmUp {

    private static final int PROMPT = 16;
    private static final int DECODE_STEPS = 4;
    private static final int LARGEST_BATCH = 8;
    private static final int SMALL_ROUNDS = 4;

    private WarmUp() {}

    /** A prompt is read and continued, alone and in batches, until the time is up; once at least. */
    public static void run(InferenceEngine engine, Duration time) {
        var limits = engine.limits();
        var prompt = Math.clamp(limits.contextLength() - DECODE_STEPS, 1, Math.min(PROMPT, limits.stepTokens()));
        var sequences = Math.min(limits.slots(), Math.min(limits.stepLogits(), limits.stepTokens()));
        var inMemory = limits.kvTokens() / (PROMPT + DECODE_STEPS + limits.kvBlockTokens());
        var largest = Math.clamp(inMemory, 1, Math.min(LARGEST_BATCH, sequences));
        var start = System.nanoTime();
        // Code that is not compiled yet is slow beyond measure, so the first rounds are small.
        round(engine, 1, 1);
        for (int i = 0; System.nanoTime() - start < time.toNanos(); i++) {
            var small = i < SMALL_ROUNDS;
            round(engine, small || i % 2 == 0 ? 1 : largest, small ? 1 : prompt);
        }
    }

    private static void round(InferenceEngine engine, int sequences, int prompt) {
        var slots = new ArrayList<Integer>();
        try {
            for (int i = 0; i < sequences; i++) {
                var slot = engine.open();
                slots.add(slot);
                engine.step(List.of(Chunk.withLastLogits(slot, new int[prompt])));
            }
            for (int i = 0; i < Math.min(DECODE_STEPS, engine.limits().contextLength() - prompt); i++) {
                engine.step(slots.stream().map(slot -> Chunk.generated(slot, 0)).toList());
            }
        } finally {
            slots.forEach(engine::free);
        }
    }
}
