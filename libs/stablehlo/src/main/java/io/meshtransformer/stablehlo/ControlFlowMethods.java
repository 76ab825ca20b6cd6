package io.meshtransformer.stablehlo;

import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.ControlFlow;
import io.meshtransformer.stablehlo.ir.CustomCall;
import io.meshtransformer.stablehlo.ir.Function;
import io.meshtransformer.stablehlo.ir.Scan;
import io.meshtransformer.stablehlo.ir.StopGradient;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Operations that run blocks and functions. Java's own words are avoided: {@code whileLoop}, {@code ifElse}. */
public interface ControlFlowMethods extends OperationAppender {
    /**
     * The specification's {@code while}.
     *
     * @param condition returns one {@code i1} scalar
     * @param body returns values of the types of the initial ones
     */
    default List<Value> whileLoop(List<Value> initial, Body condition, Body body) {
        var types = types(initial);
        return append(new ControlFlow.While(initial, block(types, true, condition), block(types, true, body)));
    }

    /** The specification's {@code if}; branches take nothing, and use what is around them. */
    default List<Value> ifElse(Value predicate, Branch onTrue, Branch onFalse) {
        return append(new ControlFlow.If(predicate, branch(onTrue), branch(onFalse)));
    }

    /** The specification's {@code case}. */
    default List<Value> caseOf(Value index, List<Branch> branches) {
        return append(
                new ControlFlow.Case(index, branches.stream().map(this::branch).toList()));
    }

    /** Writes a block without arguments. */
    @FunctionalInterface
    interface Branch {
        List<Value> build(BlockBuilder block);
    }

    private Block branch(Branch branch) {
        return block(List.of(), true, (inner, _) -> branch.build(inner));
    }

    /**
     * Runs a body over slices of stacked tensors, from the first to the last; see {@link Scan}.
     *
     * @param steps outermost size of every stacked tensor
     * @return the last carries, then what the body yields, stacked
     */
    default List<Value> scan(int steps, List<Value> carries, List<Value> stacked, ScanBody body) {
        return scan(steps, false, carries, stacked, body);
    }

    /** @param reversed whether from the last to the first */
    default List<Value> scan(int steps, boolean reversed, List<Value> carries, List<Value> stacked, ScanBody body) {
        var arguments = new ArrayList<TensorType>();
        arguments.add(Scan.INDEX);
        arguments.addAll(types(carries));
        for (var value : stacked) {
            arguments.add(
                    value.rank() == 0
                            ? value.type()
                            : value.type().with(value.shape().without(List.of(0))));
        }
        var block = block(arguments, true, (inner, all) -> {
            var slices = all.subList(1 + carries.size(), all.size());
            return body.build(inner, all.getFirst(), all.subList(1, 1 + carries.size()), slices);
        });
        return append(new Scan(steps, reversed, carries, stacked, block));
    }

    /** Writes one step of a scan. */
    @FunctionalInterface
    interface ScanBody {
        /**
         * @param index of the step's slices, an {@code i32} scalar
         * @return the next carries, then what is to be stacked
         */
        List<Value> build(BlockBuilder block, Value index, List<Value> carries, List<Value> slices);
    }

    default List<Value> optimizationBarrier(List<Value> operands) {
        return append(new ControlFlow.OptimizationBarrier(operands));
    }

    /** The operand itself, as a constant to {@link BlockBuilder#gradients}. */
    default Value stopGradient(Value operand) {
        return value(new StopGradient(operand));
    }

    /** Calls a function that was built before. */
    default List<Value> call(Function function, Value... arguments) {
        return append(new ControlFlow.Call(function, List.of(arguments)));
    }

    /** A function that the platform has, without side effects. */
    default List<Value> customCall(
            String target, List<Value> operands, List<TensorType> results, String backendConfig) {
        return append(new CustomCall(target, operands, results, backendConfig, false));
    }

    private static List<TensorType> types(List<Value> values) {
        return values.stream().map(Value::type).toList();
    }
}
