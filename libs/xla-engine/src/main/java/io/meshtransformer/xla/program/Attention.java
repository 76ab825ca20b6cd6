package io.meshtransformer.xla.program;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.Value;

/** Where a block's queries look. */
@FunctionalInterface
interface Attention {
    /**
     * Softmax of {@code queries keys / sqrt(headWidth)} over what each query may see, times values.
     *
     * @param layer of the block, an {@code i32} scalar
     * @param queries rotated, like keys and values {@code [sequences, rows, heads, headWidth]} of the compute type
     * @return {@code [sequences, rows, heads, headWidth]}, fp32
     */
    Value attend(BlockBuilder b, Value layer, Value queries, Value keys, Value values);
}
