package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.sharding.Mesh;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;

/** The operand itself, laid on the mesh as the sharding says. It is Shardy's operation, the only one not of StableHLO. */
public record ShardingConstraint(Value operand, Mesh mesh, Sharding sharding) implements Operation {
    @Override
    public String name() {
        return "sharding_constraint";
    }

    @Override
    public List<Value> operands() {
        return List.of(operand);
    }

    @Override
    public List<TensorType> resultTypes() {
        sharding.validate(mesh, operand.shape());
        return List.of(operand.type());
    }

    @Override
    public Operation with(List<Value> operands, List<Block> regions) {
        return new ShardingConstraint(operands.getFirst(), mesh, sharding);
    }
}
