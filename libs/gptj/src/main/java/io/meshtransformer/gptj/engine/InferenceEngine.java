package io.meshtransformer.gptj.engine;

import io.meshtransformer.gptj.GptjConfig;
import java.util.List;

/**
 * Runs GPT-J forward on many sequences at once and keeps their KV caches. The narrow seam between scheduling and
 * arithmetic.
 *
 * <p>A sequence lives in a slot. Logits of a sequence depend on its own ids alone, and on which of them were generated:
 * bit for bit the same whatever else is in the step, however its prompt was cut into chunks, and however many threads
 * run. An engine may compute a generated token in another way than a prompt's, with other rounding.
 *
 * <p>Not thread-safe: one thread drives an engine.
 */
public interface InferenceEngine extends AutoCloseable {
    GptjConfig config();

    EngineLimits limits();

    /**
     * An empty sequence in a free slot.
     *
     * @throws EngineCapacityException if every slot is taken
     */
    int open();

    /**
     * A sequence that begins with the first {@code length} tokens of another and shares their KV cache; both may go on.
     *
     * @throws EngineCapacityException if every slot is taken
     */
    int fork(int slot, int length);

    /** Number of tokens in the KV cache of a slot. */
    int length(int slot);

    /** Forgets all but the first {@code length} tokens of a slot. */
    void truncate(int slot, int length);

    /** Ends a sequence; its KV memory is free again once no fork shares it. */
    void free(int slot);

    /** Tokens for which KV memory is still free, a multiple of {@link EngineLimits#kvBlockTokens()}. */
    int freeKvTokens();

    /**
     * Appends each chunk's ids to its sequence and returns the logits asked for: prefill and decode in one.
     *
     * <p>The result and its arrays belong to the engine and are valid until the next step.
     *
     * @param chunks at most one per slot; at most {@link EngineLimits#stepTokens()} ids and {@link EngineLimits#stepLogits()} logit rows in total
     * @throws EngineCapacityException if KV memory does not suffice; then no sequence has changed
     * @throws IllegalArgumentException if a chunk breaks a limit or an id is outside the vocabulary
     */
    Logits step(List<Chunk> chunks);

    @Override
    void close();
}
