package io.meshtransformer.stablehlo.examples;

import io.meshtransformer.stablehlo.FunctionBuilder;
import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ir.Program;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.Literal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A program with what goes in and what must come out, for whoever has a compiler.
 *
 * @param arguments whole tensors; a device gets its shard of one that has a sharding
 * @param expected for each replica the results' elements, row-major; truth values are 0 and 1. Results are whole on
 *     every device
 * @param tolerance how far a float may be off, relative to the larger of 1 and the expected; integers must be equal
 */
public record Example(
        String name, Program program, List<Literal> arguments, List<List<double[]>> expected, double tolerance) {

    /** Writes the statements of {@code main}. */
    @FunctionalInterface
    public interface Main {
        List<Value> build(FunctionBuilder function, List<Value> arguments);
    }

    static Example of(String name, List<Literal> arguments, Main main, double[]... expected) {
        return of(ProgramBuilder.program(name), name, arguments, main, List.of(Arrays.asList(expected)), 1e-5);
    }

    static Example of(
            ProgramBuilder program,
            String name,
            List<Literal> arguments,
            Main main,
            List<List<double[]>> expected,
            double tolerance) {
        var function = program.function("main");
        var values = IntStream.range(0, arguments.size())
                .mapToObj(i -> function.argument("x" + i, arguments.get(i).type()))
                .toList();
        var results = main.build(function, values);
        for (var i = 0; i < results.size(); i++) {
            function.result("y" + i, results.get(i));
        }
        function.build();
        return new Example(name, program.build(), arguments, expected, tolerance);
    }

    static double[] values(double... values) {
        return values;
    }

    static double[] values(boolean... values) {
        var numbers = new double[values.length];
        for (var i = 0; i < values.length; i++) {
            numbers[i] = values[i] ? 1 : 0;
        }
        return numbers;
    }
}
