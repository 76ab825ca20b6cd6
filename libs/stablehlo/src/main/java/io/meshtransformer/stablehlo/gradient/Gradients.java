package io.meshtransformer.stablehlo.gradient;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ProgramException.InvalidStructure;
import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.Collective;
import io.meshtransformer.stablehlo.ir.ControlFlow;
import io.meshtransformer.stablehlo.ir.CustomCall;
import io.meshtransformer.stablehlo.ir.DotGeneral;
import io.meshtransformer.stablehlo.ir.Elementwise;
import io.meshtransformer.stablehlo.ir.Indexing;
import io.meshtransformer.stablehlo.ir.Rearrangement;
import io.meshtransformer.stablehlo.ir.Reduction;
import io.meshtransformer.stablehlo.ir.ShardingConstraint;
import io.meshtransformer.stablehlo.ir.Source;
import io.meshtransformer.stablehlo.ir.Statement;
import io.meshtransformer.stablehlo.ir.StopGradient;
import io.meshtransformer.stablehlo.ir.Value;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reverse-mode derivatives: from the last statement to the first, each operation's rule turns cotangents of its results
 * into cotangents of its operands. Rules are in classes named as the families of operations.
 *
 * <p>A cotangent has the element type of its value. So what a program computes in {@code bf16} has its derivatives in
 * {@code bf16}, with sums as the forward program has them: a {@code dot_general} of {@code bf16} with sums in fp32 has
 * products of fp32 behind it, rounded to {@code bf16} at the end.
 */
public final class Gradients {
    private Gradients() {}

    /** See {@link BlockBuilder#vjp}. */
    public static List<Value> vjp(
            BlockBuilder block, List<Value> outputs, List<Value> cotangents, List<Value> withRespectTo) {
        var types = cotangents.stream().map(Value::type).toList();
        var expected = outputs.stream().map(Value::type).toList();
        if (!types.equals(expected)) {
            throw new InvalidStructure("cotangents are " + types + ", those of the outputs must be " + expected);
        }
        var seeds = cotangents.stream().map(Optional::of).toList();
        var given = back(block, block.tape().statements(), outputs, seeds, withRespectTo);
        return orZeros(block, withRespectTo, given);
    }

    /** Runs a block once more, with these arguments, and back from what it returns to some of the values it uses. */
    static List<Optional<Value>> again(
            BlockBuilder block,
            Block body,
            List<Value> arguments,
            List<Optional<Value>> cotangents,
            List<Value> withRespectTo) {
        var before = block.tape().statements().size();
        var returned = block.inline(body, arguments);
        var statements = block.tape().statements();
        return back(block, statements.subList(before, statements.size()), returned, cotangents, withRespectTo);
    }

    private static List<Optional<Value>> back(
            BlockBuilder block,
            List<Statement> statements,
            List<Value> outputs,
            List<Optional<Value>> cotangents,
            List<Value> withRespectTo) {
        var sweep = new Sweep(block, Activity.of(statements, withRespectTo));
        for (var i = 0; i < outputs.size(); i++) {
            var output = outputs.get(i);
            cotangents.get(i).ifPresent(cotangent -> sweep.give(output, () -> cotangent));
        }
        for (var statement : statements.reversed()) {
            if (statement.results().stream()
                    .anyMatch(result -> sweep.cotangent(result).isPresent())) {
                pass(statement, sweep);
            }
        }
        return withRespectTo.stream().map(sweep::cotangent).toList();
    }

    private static void pass(Statement statement, Sweep sweep) {
        switch (statement.operation()) {
            case Collective collective -> CollectiveRules.pass(collective, cotangent(statement, sweep), sweep);
            case ControlFlow controlFlow -> ControlFlowRules.pass(controlFlow, statement, sweep);
            case CustomCall call -> ControlFlowRules.passCustomCall(call, statement.results(), sweep);
            case DotGeneral dot -> DotGeneralRule.pass(dot, cotangent(statement, sweep), sweep);
            case Elementwise elementwise ->
                ElementwiseRules.pass(elementwise, statement.results().getFirst(), cotangent(statement, sweep), sweep);
            case Indexing indexing -> IndexingRules.pass(indexing, cotangent(statement, sweep), sweep);
            case Rearrangement rearrangement ->
                RearrangementRules.pass(rearrangement, cotangent(statement, sweep), sweep);
            case Reduction reduction -> ReductionRules.pass(reduction, statement.results(), sweep);
            case ShardingConstraint constraint -> {
                var cotangent = cotangent(statement, sweep);
                sweep.give(
                        constraint.operand(), () -> sweep.block().shardingConstraint(cotangent, constraint.sharding()));
            }
            case Source source ->
                throw new IllegalStateException(source.name() + " depends on no float, yet it has a cotangent");
            case StopGradient stop ->
                throw new IllegalStateException(stop.name() + " is a constant, yet it has a cotangent");
        }
    }

    /** Of an operation's only result. */
    private static Value cotangent(Statement statement, Sweep sweep) {
        return sweep.cotangent(statement.results().getFirst()).orElseThrow();
    }

    static Value zeros(BlockBuilder block, Value like) {
        return block.constant(like.type(), 0);
    }

    static List<Value> orZeros(BlockBuilder block, List<Value> values, List<Optional<Value>> cotangents) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> cotangents.get(i).orElseGet(() -> zeros(block, values.get(i))))
                .toList();
    }
}
