package io.meshtransformer.stablehlo.gradient;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.CustomCall;
import io.meshtransformer.stablehlo.ir.Value;
import java.util.List;
import java.util.Optional;

/** How cotangents pass a function that the platform provides. */
@FunctionalInterface
public interface CustomCallRule {
    /**
     * @param results what the call gave
     * @param cotangents one for each result, of its type; zeros where the result is not used
     * @return one for each operand, of its type; empty for an operand that the results do not change with
     */
    List<Optional<Value>> cotangents(BlockBuilder block, CustomCall call, List<Value> results, List<Value> cotangents);
}
