package io.meshtransformer.inference.engine;

import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.InferenceEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs an engine on nothing in particular until its code is compiled, so that the first request is not a slow one. */
public final class WarmUp {

    private static final int PROMPT = 32;
    private static final int DECODE_STEPS = 4;

    private WarmUp() {}

    /** Prefill and decode, alone and in growing batches, at least once each, until the time is up. */
    public static void run(InferenceEngine engine, Duration atLeast) {
        var limits = engine.limits();
        var prompt =
                Math.min(Math.min(PROMPT, limits.stepTokens()), Math.max(1, limits.contextLength() - DECODE_STEPS));
        var room = Math.min(limits.slots(), Math.min(limits.stepLogits(), limits.stepTokens()));
        var most = Math.max(1, Math.min(room, limits.kvTokens() / (PROMPT + limits.kvBlockTokens() + DECODE_STEPS)));
        var start = System.nanoTime();
        do {
            for (int sequences = 1; sequences <= most; sequences *= 4) {
                round(engine, sequences, prompt);
            }
        } while (System.nanoTime() - start < atLeast.toNanos());
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
                engine.step(slots.stream()
                        .map(slot -> Chunk.withLastLogits(slot, 0))
                        .toList());
            }
        } finally {
            slots.forEach(engine::free);
        }
    }
}
