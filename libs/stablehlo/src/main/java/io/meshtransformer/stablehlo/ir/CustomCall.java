package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;

/**
 * A function that the platform provides by name.
 *
 * @param backendConfig what the function is told, in its own format
 * @param hasSideEffect whether it must run even if nobody uses its results
 */
public record CustomCall(
        String target, List<Value> operands, List<TensorType> resultTypes, String backendConfig, boolean hasSideEffect)
        implements Operation {
    public CustomCall {
        operands = List.copyOf(operands);
        resultTypes = List.copyOf(resultTypes);
    }

    @Override
    public String name() {
        return "custom_call";
    }

    @Override
    public Operation with(List<Value> operands, List<Block> regions) {
        return new CustomCall(target, operands, resultTypes, backendConfig, hasSideEffect);
    }
}
