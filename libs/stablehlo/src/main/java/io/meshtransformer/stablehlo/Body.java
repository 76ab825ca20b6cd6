package io.meshtransformer.stablehlo;

import io.meshtransformer.stablehlo.ir.Value;
import java.util.List;

/** Writes a block that an operation runs. Statements go to the given builder, not to the one around it. */
@FunctionalInterface
public interface Body {
    /** @return what the block returns */
    List<Value> build(BlockBuilder block, List<Value> arguments);
}
