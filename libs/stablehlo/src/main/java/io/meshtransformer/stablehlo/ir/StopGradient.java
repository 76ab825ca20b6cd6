package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;

/** The operand itself, as a constant to gradients. It is no operation of StableHLO, and printed as nothing at all. */
public record StopGradient(Value operand) implements Operation {
    @Override
    public String name() {
        return "stop_gradient";
    }

    @Override
    public List<Value> operands() {
        return List.of(operand);
    }

    @Override
    public List<TensorType> resultTypes() {
        return List.of(operand.type());
    }

    @Override
    public Operation with(List<Value> operands, List<Block> regions) {
        return new StopGradient(operands.getFirst());
    }
}
