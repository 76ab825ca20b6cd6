package io.meshtransformer.stablehlo;

import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.Operation;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;

/** Where statements go. The methods of a family of operations build on these two. */
public interface OperationAppender {
    /**
     * Writes a statement behind the others.
     *
     * @return its results
     * @throws ProgramException.InvalidOperation if the operation does not take these operands
     * @throws ProgramException.InvalidStructure if an operand is not defined here or around here
     */
    List<Value> append(Operation operation);

    /** Writes a block for an operation to run; if {@code capturing}, it may use what is defined here. */
    Block block(List<TensorType> arguments, boolean capturing, Body body);

    /** As {@link #append}, for an operation with one result. */
    default Value value(Operation operation) {
        return append(operation).getFirst();
    }
}
