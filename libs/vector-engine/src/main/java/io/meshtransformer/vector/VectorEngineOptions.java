package io.meshtransformer.vector;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.vector.kernel.Panels;

/**
 * What a {@link VectorEngine} is given; {@link #defaults} has values that work.
 *
 * @param format of matrices and embedding
 * @param slots most sequences at once
 * @param kvTokens tokens for which KV memory is set aside, rounded up to whole blocks
 * @param threads that compute, the caller's among them
 * @param stepTokens most ids in one step
 * @param stepLogits most logit rows in one step
 */
public record VectorEngineOptions(
        WeightFormat format, int slots, int kvTokens, int threads, int stepTokens, int stepLogits) {
    private static final int SLOTS = 64;
    private static final int STEP_TOKENS = 512;
    private static final int STEP_LOGITS = 128;

    /** Share of the largest heap that the default gives to the KV cache. */
    private static final int KV_SHARE_OF_HEAP = 8;

    public VectorEngineOptions {
        requireNonNull(format, "format is null");
        requireAtLeastOne("slots", slots);
        requireAtLeastOne("kvTokens", kvTokens);
        requireAtLeastOne("threads", threads);
        requireAtLeastOne("stepTokens", stepTokens);
        requireAtLeastOne("stepLogits", stepLogits);
    }

    private static void requireAtLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be at least 1");
        }
    }

    /**
     * bf16, 64 slots, all processors, and KV memory for full slots, but no more than an eighth of the largest heap unless
     * that is too little for one sequence.
     */
    public static VectorEngineOptions defaults(GptjConfig config) {
        long budget = Runtime.getRuntime().maxMemory() / KV_SHARE_OF_HEAP / KvCache.bytesPerToken(config);
        long full = (long) SLOTS * config.contextLength();
        long kvTokens = Math.max(config.contextLength(), Math.min(full, budget));
        return new VectorEngineOptions(
                WeightFormat.BF16,
                SLOTS,
                (int) Math.min(kvTokens, KvCache.mostTokens(config)),
                Runtime.getRuntime().availableProcessors(),
                STEP_TOKENS,
                Math.min(STEP_LOGITS, Integer.MAX_VALUE / Panels.padded(config.vocabularySize())));
    }

    /** Heap in bytes that an engine of these options takes beside the model's weights. */
    public long workingBytes(GptjConfig config) {
        var cache = KvCache.bytesPerToken(config) * kvTokens;
        var logits = (long) stepLogits * Panels.padded(config.vocabularySize()) * Float.BYTES;
        return cache + logits + FirstBlock.bytes(config);
    }

    public VectorEngineOptions withFormat(WeightFormat newFormat) {
        return new VectorEngineOptions(newFormat, slots, kvTokens, threads, stepTokens, stepLogits);
    }

    public VectorEngineOptions withSlots(int newSlots) {
        return new VectorEngineOptions(format, newSlots, kvTokens, threads, stepTokens, stepLogits);
    }

    public VectorEngineOptions withKvTokens(int newKvTokens) {
        return new VectorEngineOptions(format, slots, newKvTokens, threads, stepTokens, stepLogits);
    }

    public VectorEngineOptions withThreads(int newThreads) {
        return new VectorEngineOptions(format, slots, kvTokens, newThreads, stepTokens, stepLogits);
    }

    public VectorEngineOptions withStepTokens(int newStepTokens) {
        return new VectorEngineOptions(format, slots, kvTokens, threads, newStepTokens, stepLogits);
    }

    public VectorEngineOptions withStepLogits(int newStepLogits) {
        return new VectorEngineOptions(format, slots, kvTokens, threads, stepTokens, newStepLogits);
    }
}
