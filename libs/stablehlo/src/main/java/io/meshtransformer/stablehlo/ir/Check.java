package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.ProgramException.InvalidOperation;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;

/** Rules that several operations share. */
final class Check {
    private Check() {}

    static void that(boolean holds, Operation operation, Supplier<String> problem) {
        if (!holds) {
            throw new InvalidOperation(operation, problem.get());
        }
    }

    static void equal(Object actual, Object expected, Operation operation, String what) {
        that(actual.equals(expected), operation, () -> what + " is " + actual + ", it must be " + expected);
    }

    static void dimension(int dimension, int rank, Operation operation, String what) {
        that(
                dimension >= 0 && dimension < rank,
                operation,
                () -> what + " is " + dimension + ", it must be from 0 to " + (rank - 1));
    }

    /** Distinct dimensions of a tensor of that rank. */
    static void dimensions(List<Integer> dimensions, int rank, Operation operation, String what) {
        dimensions.forEach(dimension -> that(
                dimension >= 0 && dimension < rank,
                operation,
                () -> what + " are " + dimensions + ", each must be from 0 to " + (rank - 1)));
        that(
                new HashSet<>(dimensions).size() == dimensions.size(),
                operation,
                () -> what + " are " + dimensions + ", none may be named twice");
    }

    static void ascending(List<Integer> dimensions, int rank, Operation operation, String what) {
        dimensions(dimensions, rank, operation, what);
        that(
                dimensions.equals(dimensions.stream().sorted().toList()),
                operation,
                () -> what + " are " + dimensions + ", they must ascend");
    }

    static void count(int actual, int expected, Operation operation, String what) {
        that(actual == expected, operation, () -> what + " number " + actual + ", there must be " + expected);
    }

    /** A block that takes and returns these types. */
    static void block(
            Block block, List<TensorType> arguments, List<TensorType> returned, Operation operation, String what) {
        that(
                block.argumentTypes().equals(arguments),
                operation,
                () -> what + " takes " + block.argumentTypes() + ", it must take " + arguments);
        that(
                block.returnedTypes().equals(returned),
                operation,
                () -> what + " returns " + block.returnedTypes() + ", it must return " + returned);
    }

    static List<TensorType> types(List<Value> values) {
        return values.stream().map(Value::type).toList();
    }
}
