package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.ProgramException;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;

/**
 * One operation of the StableHLO specification with its operands and attributes. Immutable; the same operation may
 * stand in several blocks.
 */
public sealed interface Operation
        permits Collective,
                ControlFlow,
                CustomCall,
                DotGeneral,
                Elementwise,
                Indexing,
                Rearrangement,
                Reduction,
                ShardingConstraint,
                Source,
                StopGradient {

    /** The specification's name, such as {@code dot_general}. */
    String name();

    List<Value> operands();

    /** Blocks that the operation runs; they may use values from around it if it {@linkplain #capturing() captures}. */
    default List<Block> regions() {
        return List.of();
    }

    /** Whether its blocks may use values that are defined around it. */
    default boolean capturing() {
        return false;
    }

    /**
     * Types of the results.
     *
     * @throws ProgramException.InvalidOperation if operands and attributes do not fit
     */
    List<TensorType> resultTypes();

    /** The same operation on other operands and with other blocks, as many as it has. */
    Operation with(List<Value> operands, List<Block> regions);
}
