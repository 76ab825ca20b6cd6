package io.meshtransformer.stablehlo.gradient;

import static io.meshtransformer.stablehlo.type.ElementType.F64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.FunctionBuilder;
import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Functions of fp64 tensors whose gradients are to agree with central differences, along a random direction and with
 * random cotangents. All of them are one program, for a compilation takes longer than their runs.
 */
final class FiniteDifferences {
    private static final double STEP = 1e-5;
    private static final double TOLERANCE = 1e-6;

    /** Writes a function. */
    @FunctionalInterface
    interface Body {
        List<Value> build(BlockBuilder block, List<Value> arguments);
    }

    /** A function with one result. */
    @FunctionalInterface
    interface Single {
        Value build(BlockBuilder block, List<Value> arguments);
    }

    /** @param low no argument's element is under it; the elements of all arguments are distinct */
    private record Function(String name, double low, double high, List<Shape> arguments, Body body) {
        int elements() {
            return Math.toIntExact(arguments.stream().mapToLong(Shape::elements).sum());
        }
    }

    private final ProgramBuilder program = ProgramBuilder.program("differences");
    private final List<Function> functions = new ArrayList<>();
    private final Random random;

    FiniteDifferences(Random random) {
        this.random = random;
    }

    /** For functions that call others. */
    ProgramBuilder program() {
        return program;
    }

    FiniteDifferences of(String name, double low, double high, List<Shape> arguments, Single body) {
        return ofMany(name, low, high, arguments, (block, x) -> List.of(body.build(block, x)));
    }

    FiniteDifferences ofMany(String name, double low, double high, List<Shape> arguments, Body body) {
        functions.add(new Function(name, low, high, arguments, body));
        return this;
    }

    /** Builds, runs and compares. */
    void check() {
        var main = program.function("main");
        var points =
                functions.stream().flatMapToDouble(f -> Arrays.stream(point(f))).toArray();
        var type = TensorType.of(F64, points.length);
        var x = main.argument("x", type);
        var direction = main.argument("direction", type);
        var step = main.multiply(direction, main.constant(type, STEP));
        var ahead = main.add(x, step);
        var behind = main.subtract(x, step);
        var differences = new ArrayList<Value>();
        var derivatives = new ArrayList<Value>();
        var start = 0L;
        for (var function : functions) {
            var arguments = arguments(main, x, function, start);
            var outputs = function.body().build(main, arguments);
            var cotangents =
                    outputs.stream().map(output -> cotangent(main, output)).toList();
            var gradients = main.vjp(outputs, cotangents, arguments);
            derivatives.add(product(main, gradients, arguments(main, direction, function, start)));
            var more = product(main, function.body().build(main, arguments(main, ahead, function, start)), cotangents);
            var less = product(main, function.body().build(main, arguments(main, behind, function, start)), cotangents);
            differences.add(main.divide(main.subtract(more, less), main.scalar(F64, 2 * STEP)));
            start += function.elements();
        }
        main.result("derivatives", together(main, derivatives))
                .result("differences", together(main, differences))
                .build();
        var directions = random.doubles(points.length, -1, 1).toArray();
        var results = Xla.run(
                program.build(), List.of(Literal.of(points, points.length), Literal.of(directions, points.length)));
        for (var i = 0; i < functions.size(); i++) {
            var expected = results.get(1)[i];
            assertThat(results.get(0)[i])
                    .as("%s of %s", functions.get(i).name(), functions.get(i).arguments())
                    .isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected))));
        }
    }

    /** Distinct numbers, further apart than a step, so that none meets a kink between two of them. */
    private double[] point(Function function) {
        var count = function.elements();
        var numbers = new ArrayList<Double>();
        for (var i = 0; i < count; i++) {
            numbers.add(function.low() + (function.high() - function.low()) * (i + 0.37) / count);
        }
        Collections.shuffle(numbers, random);
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private Value cotangent(FunctionBuilder main, Value output) {
        var numbers = random.doubles(output.shape().elements(), -1, 1).toArray();
        return main.constant(Literal.of(output.type(), numbers));
    }

    private static List<Value> arguments(FunctionBuilder main, Value flat, Function function, long start) {
        var parts = new ArrayList<Value>();
        var from = start;
        for (var shape : function.arguments()) {
            parts.add(main.reshape(main.slice(flat, 0, from, from + shape.elements()), shape.toArray()));
            from += shape.elements();
        }
        return parts;
    }

    /** The sum of all elements, each times the one at its place. */
    private static Value product(FunctionBuilder main, List<Value> values, List<Value> factors) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> {
                    var products = main.multiply(values.get(i), factors.get(i));
                    return main.sum(
                            products, IntStream.range(0, products.rank()).toArray());
                })
                .reduce(main.scalar(F64, 0), main::add);
    }

    private static Value together(FunctionBuilder main, List<Value> scalars) {
        return main.concatenate(
                0, scalars.stream().map(scalar -> main.reshape(scalar, 1)).toArray(Value[]::new));
    }
}
