package io.meshtransformer.xla.program;

import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;

/**
 * A weight as programs take it.
 *
 * @param name Hugging Face's, without the layer's number where the weight is that of all blocks: {@code transformer.h.ln_1.weight}
 * @param type as in the checkpoint, {@code [out, in]}; of all blocks {@code [layers, out, in]}
 * @param sharding how it lies on the mesh
 * @param tensors of a checkpoint that it is made of: one, or one for each layer
 */
public record Weight(String name, TensorType type, Sharding sharding, List<String> tensors) {
    public Weight {
        tensors = List.copyOf(tensors);
    }

    /** Whether it is stacked from all blocks. */
    public boolean ofBlocks() {
        return name.contains(ModelWeights.BLOCKS);
    }
}
