package io.meshtransformer.local.model;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.WeightFormat;

/**
 * Heap that inference needs for a model.
 *
 * @param weightBytes of all parameters in the chosen type
 * @param cacheBytes keys and values of {@code kvTokens} tokens, fp32
 */
public record MemoryNeed(long weightBytes, long cacheBytes) {
    private static final long MEBIBYTE = 1L << 20;
    /** The service itself, requests in flight, logits, and one tensor as it is read. */
    private static final long MARGIN_MEBIBYTES = 192;

    private static final long MOST_PUBLISHED_BYTES = 1L << 30;

    private static final int STEP_LOGITS = 128;

    private static final int CACHE_BYTES_PER_VALUE = 4;

    public static MemoryNeed of(GptjConfig config, WeightFormat dtype, long kvTokens) {
        return new MemoryNeed(
                GptjTensors.parameters(config) * dtype.bytes(),
                2L * config.layers() * config.width() * CACHE_BYTES_PER_VALUE * kvTokens);
    }

    /**
     * For -Xmx where weights and KV cache lie on devices: logits of a large step, and as much again while they are read,
     * pieces of weights and compiled programs on their way.
     */
    public static long heapMebibytesBesideDevices(GptjConfig config) {
        var logits = (long) STEP_LOGITS * config.vocabularySize() * Float.BYTES;
        return 2 * MARGIN_MEBIBYTES + 2 * logits / MEBIBYTE;
    }

    /** The same with room for published checkpoints of this size, as long as these are small; larger ones find none. */
    public MemoryNeed withPublished(int checkpoints) {
        var each = weightBytes + cacheBytes / 4;
        return each * checkpoints > MOST_PUBLISHED_BYTES
                ? this
                : new MemoryNeed(weightBytes * (1 + checkpoints), cacheBytes + cacheBytes / 4 * checkpoints);
    }

    /** For -Xmx: an eighth more than the sum, so that the collector has room. */
    public long heapMebibytes() {
        var sum = weightBytes + cacheBytes;
        return MARGIN_MEBIBYTES + (sum + sum / 8 + MEBIBYTE - 1) / MEBIBYTE;
    }
}
