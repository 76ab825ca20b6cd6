package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Statements in the order in which they run: the body of a function, or of an operation such as {@code while}. */
public record Block(List<Value> arguments, List<Statement> statements, List<Value> returned) {
    public Block {
        arguments = List.copyOf(arguments);
        statements = List.copyOf(statements);
        returned = List.copyOf(returned);
    }

    /** A block that returns {@code function} of its two scalar arguments, as reductions take it. */
    public static Block of(BinaryFunction function, ElementType elementType) {
        var left = Value.argument(TensorType.scalar(elementType));
        var right = Value.argument(TensorType.scalar(elementType));
        var statement = Statement.of(new Elementwise.Binary(function, left, right));
        return new Block(List.of(left, right), List.of(statement), statement.results());
    }

    public List<TensorType> argumentTypes() {
        return arguments.stream().map(Value::type).toList();
    }

    public List<TensorType> returnedTypes() {
        return returned.stream().map(Value::type).toList();
    }

    /** The function, if this block is the one that {@link #of} makes. */
    public Optional<BinaryFunction> binaryFunction() {
        return arguments.size() == 2
                        && statements.size() == 1
                        && statements.getFirst().operation()
                                instanceof Elementwise.Binary(var function, var left, var right)
                        && List.of(left, right).equals(arguments)
                        && statements.getFirst().results().equals(returned)
                ? Optional.of(function)
                : Optional.empty();
    }

    /** The same block without statements that nobody needs. */
    public Block pruned() {
        var needed = new HashSet<>(returned);
        var kept = new ArrayList<Statement>();
        for (var statement : statements.reversed()) {
            var operation = statement.operation();
            var effect = operation instanceof CustomCall call && call.hasSideEffect();
            if (effect || statement.results().stream().anyMatch(needed::contains)) {
                kept.add(statement);
                needed.addAll(operation.operands());
                operation.regions().forEach(region -> needed.addAll(region.captures()));
            }
        }
        return new Block(arguments, kept.reversed(), returned);
    }

    /** Those of its arguments that it uses. */
    public Set<Value> usedArguments() {
        var used = new Block(List.of(), statements, returned).captures();
        used.retainAll(arguments);
        return used;
    }

    /** Values from outside that this block uses, inner blocks included, in the order of their first use. */
    public Set<Value> captures() {
        var captured = new LinkedHashSet<Value>();
        collectCaptures(Collections.newSetFromMap(new IdentityHashMap<>()), captured);
        return captured;
    }

    private void collectCaptures(Set<Value> inside, Set<Value> captured) {
        inside.addAll(arguments);
        for (var statement : statements) {
            for (var operand : statement.operation().operands()) {
                if (!inside.contains(operand)) {
                    captured.add(operand);
                }
            }
            statement.operation().regions().forEach(region -> region.collectCaptures(inside, captured));
            inside.addAll(statement.results());
        }
        returned.stream().filter(value -> !inside.contains(value)).forEach(captured::add);
    }
}
