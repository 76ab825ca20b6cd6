package io.meshtransformer.stablehlo;

import io.meshtransformer.stablehlo.ProgramException.InvalidOperation;
import io.meshtransformer.stablehlo.ProgramException.InvalidStructure;
import io.meshtransformer.stablehlo.gradient.Gradients;
import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.Collective;
import io.meshtransformer.stablehlo.ir.ControlFlow;
import io.meshtransformer.stablehlo.ir.Operation;
import io.meshtransformer.stablehlo.ir.ShardingConstraint;
import io.meshtransformer.stablehlo.ir.Statement;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Writes statements, one method per operation, named as the specification names it. Types are inferred at once. */
public sealed class BlockBuilder implements Compositions, CollectiveMethods permits FunctionBuilder {
    private final ProgramBuilder program;
    private final BlockBuilder around;
    private final List<Value> arguments = new ArrayList<>();
    private final List<Statement> statements = new ArrayList<>();
    private final Set<Value> defined = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean finished;

    /** @param around whose values are visible too, or null */
    BlockBuilder(ProgramBuilder program, BlockBuilder around) {
        this.program = program;
        this.around = around;
    }

    @Override
    public final List<Value> append(Operation operation) {
        requireOpen();
        operation.operands().forEach(operand -> requireVisible(operand, operation));
        for (var region : operation.regions()) {
            for (var captured : region.captures()) {
                if (!operation.capturing()) {
                    throw new InvalidOperation(
                            operation,
                            "its block uses " + captured + " from around it, it may use its arguments alone");
                }
                requireVisible(captured, operation);
            }
        }
        if (operation instanceof ControlFlow.Call(var callee, var _) && !program.has(callee)) {
            throw new InvalidOperation(operation, "function " + callee.name() + " is not in this program");
        }
        if (operation instanceof Collective collective) {
            program.useChannel(collective.channel());
        }
        var statement = Statement.of(operation);
        statements.add(statement);
        defined.addAll(statement.results());
        return statement.results();
    }

    @Override
    public final Block block(List<TensorType> types, boolean capturing, Body body) {
        var inner = new BlockBuilder(program, capturing ? this : null);
        types.forEach(inner::argument);
        return inner.finish(body.build(inner, List.copyOf(inner.arguments)));
    }

    /** The operand, laid on the program's mesh as the sharding says. */
    public final Value shardingConstraint(Value operand, Sharding sharding) {
        var mesh =
                program.mesh().orElseThrow(() -> new InvalidStructure("a sharding needs a mesh, the program has none"));
        return value(new ShardingConstraint(operand, mesh, sharding));
    }

    /**
     * Writes what computes the derivatives of a scalar, backwards through the statements that it was made by. What does
     * not depend on the values costs nothing. A scan is run again step by step, from its carries, which are kept; see
     * {@link Gradients}.
     *
     * @param loss a float scalar
     * @param withRespectTo floats, be they arguments or results, of this block or around it. Each derivative counts every
     *     way from the value to the loss; arguments of a block are independent of everything else
     * @return for each value, a tensor of its type; zeros if the loss does not depend on it
     * @throws ProgramException.NoGradient if an operation in between has no rule
     */
    public final List<Value> gradients(Value loss, List<Value> withRespectTo) {
        if (!loss.type().isScalar() || !loss.elementType().isFloat()) {
            throw new InvalidStructure(
                    "gradients are of a float scalar, not of " + loss + "; vjp takes any float tensor");
        }
        return vjp(List.of(loss), List.of(constant(loss.type(), 1)), withRespectTo);
    }

    /**
     * As {@link #gradients}, of the sum of all outputs' elements, each times its cotangent's: a product of the cotangents
     * and the Jacobian.
     *
     * @param cotangents one for each output, of its type
     */
    public final List<Value> vjp(List<Value> outputs, List<Value> cotangents, List<Value> withRespectTo) {
        Stream.of(outputs, cotangents, withRespectTo).flatMap(List::stream).forEach(value -> {
            if (!isVisible(value) || !value.elementType().isFloat()) {
                throw new InvalidStructure(
                        "gradients are of and with respect to floats that are defined here, " + value + " is not");
            }
        });
        return Gradients.vjp(this, outputs, cotangents, withRespectTo);
    }

    /** What has been written, for transformations such as gradients. */
    public final Tape tape() {
        return new Tape(this);
    }

    /**
     * Writes the statements of a block here once more, with its arguments replaced. Collectives get channels of their own.
     *
     * @return what stands for the values that the block returns
     */
    public final List<Value> inline(Block block, List<Value> values) {
        var replaced = new IdentityHashMap<Value, Value>();
        replace(block, values, replaced);
        return block.returned().stream()
                .map(value -> replaced.getOrDefault(value, value))
                .toList();
    }

    private void replace(Block block, List<Value> values, Map<Value, Value> replaced) {
        var types = values.stream().map(Value::type).toList();
        if (!types.equals(block.argumentTypes())) {
            throw new InvalidStructure("a block takes " + block.argumentTypes() + ", not " + types);
        }
        for (var i = 0; i < values.size(); i++) {
            replaced.put(block.arguments().get(i), values.get(i));
        }
        for (var statement : block.statements()) {
            var operation = statement.operation();
            var operands = operation.operands().stream()
                    .map(operand -> replaced.getOrDefault(operand, operand))
                    .toList();
            var regions = operation.regions().stream()
                    .map(region -> block(region.argumentTypes(), operation.capturing(), (inner, inside) -> {
                        inner.replace(region, inside, replaced);
                        return region.returned().stream()
                                .map(value -> replaced.getOrDefault(value, value))
                                .toList();
                    }))
                    .toList();
            var copy = operation.with(operands, regions);
            var results = append(
                    copy instanceof Collective collective && collective.channel() != 0
                            ? collective.onChannel(program.freshChannel())
                            : copy);
            for (var i = 0; i < results.size(); i++) {
                replaced.put(statement.results().get(i), results.get(i));
            }
        }
    }

    final List<Statement> visibleStatements() {
        var visible = new ArrayList<Statement>();
        if (around != null) {
            visible.addAll(around.visibleStatements());
        }
        visible.addAll(statements);
        return visible;
    }

    final List<Value> extend(Statement statement, Operation operation) {
        var place = statements.indexOf(statement);
        if (place < 0) {
            if (around == null) {
                throw new InvalidStructure(statement.operation().name() + " is not a statement of this block");
            }
            return around.extend(statement, operation);
        }
        var all = Statement.of(operation).results();
        var present = statement.results();
        var added = all.subList(present.size(), all.size());
        statements.set(
                place,
                new Statement(
                        operation,
                        Stream.concat(present.stream(), added.stream()).toList()));
        defined.addAll(added);
        return added;
    }

    final Value argument(TensorType type) {
        requireOpen();
        var value = Value.argument(type);
        arguments.add(value);
        defined.add(value);
        return value;
    }

    final Block finish(List<Value> returned) {
        requireOpen();
        for (var value : returned) {
            if (!isVisible(value)) {
                throw new InvalidStructure("a block returns " + value + ", which is not defined in it");
            }
        }
        finished = true;
        return new Block(arguments, statements, returned);
    }

    final ProgramBuilder program() {
        return program;
    }

    private boolean isVisible(Value value) {
        return defined.contains(value) || around != null && around.isVisible(value);
    }

    private void requireVisible(Value value, Operation operation) {
        if (!isVisible(value)) {
            throw new InvalidOperation(
                    operation, "the value " + value + " is not defined in this block or one that it may use values of");
        }
    }

    private void requireOpen() {
        if (finished) {
            throw new InvalidStructure("the block is finished, nothing can be added to it");
        }
    }
}
