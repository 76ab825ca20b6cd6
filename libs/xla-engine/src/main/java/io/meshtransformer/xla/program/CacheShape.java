package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;
import static io.meshtransformer.xla.program.DeviceMesh.DP;
import static io.meshtransformer.xla.program.DeviceMesh.MP;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.TensorType;

/**
 * The sizes of a KV cache. Keys and values are one tensor each, {@code [layers, slots, heads, tokens, headWidth]}: what
 * attention reads of a block of tokens lies as its products want it, on every platform.
 *
 * @param slots sequences that it holds, each with room of its own
 * @param tokens room of a slot, a multiple of {@code block}
 * @param block tokens that attention reads at once
 */
public record CacheShape(int slots, int tokens, int block) {
    /** Enough for a matrix unit to be busy, little enough to be skipped where sequences are short. */
    private static final int LARGEST_BLOCK = 256;

    public CacheShape {
        if (slots < 1 || tokens < 1 || block < 1 || tokens % block != 0) {
            throw new IllegalArgumentException("a cache of " + slots + " slots of " + tokens + " tokens in blocks of "
                    + block + ": all must be positive, and blocks divide a slot");
        }
    }

    /** With room for the model's whole context in every slot. */
    public static CacheShape of(GptjConfig config, int slots) {
        var block = Math.min(LARGEST_BLOCK, Integer.highestOneBit(config.contextLength()));
        return new CacheShape(slots, Math.ceilDiv(config.contextLength(), block) * block, block);
    }

    /** Of the keys, and of the values. */
    public TensorType type(GptjConfig config, ElementType elements) {
        return TensorType.of(elements, config.layers(), slots, config.heads(), tokens, config.headWidth());
    }

    /** Slots lie on replicas, heads on their parts. */
    public static Sharding sharding() {
        return Sharding.of(whole(), by(DP), by(MP), whole(), whole());
    }
}
