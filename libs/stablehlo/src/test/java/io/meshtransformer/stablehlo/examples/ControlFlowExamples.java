package io.meshtransformer.stablehlo.examples;

import static io.meshtransformer.stablehlo.examples.Example.values;

import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.Donation;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;
import java.util.Optional;

/** Loops, branches, calls and barriers; donated arguments. */
final class ControlFlowExamples {
    private static final Literal VECTOR = Literal.of(new float[] {1, 2}, 2);

    private ControlFlowExamples() {}

    static List<Example> examples() {
        return List.of(
                Example.of(
                        "while",
                        List.of(Literal.of(new int[] {3}), VECTOR),
                        (f, x) -> f.whileLoop(
                                List.of(f.scalar(ElementType.I32, 0), x.get(1)),
                                (b, carried) -> List.of(b.compare(carried.get(0), x.get(0), ComparisonDirection.LT)),
                                (b, carried) -> List.of(
                                        b.add(carried.get(0), b.scalar(ElementType.I32, 1)),
                                        b.multiply(carried.get(1), b.broadcast(b.scalar(ElementType.F32, 2), 2)))),
                        values(3),
                        values(8, 16)),
                Example.of(
                        "if",
                        List.of(Literal.of(new boolean[] {false}), VECTOR),
                        (f, x) -> f.ifElse(
                                x.get(0), b -> List.of(b.negate(x.get(1))), b -> List.of(b.add(x.get(1), x.get(1)))),
                        values(2, 4)),
                Example.of(
                        "case",
                        List.of(Literal.of(new int[] {1}), VECTOR),
                        (f, x) -> f.caseOf(
                                x.get(0),
                                List.of(
                                        b -> List.of(b.negate(x.get(1)), x.get(1)),
                                        b -> List.of(x.get(1), b.exponential(x.get(1))),
                                        b -> List.of(b.abs(x.get(1)), x.get(1)))),
                        values(1, 2),
                        values(Math.E, Math.E * Math.E)),
                Example.of(
                        "optimization_barrier",
                        List.of(VECTOR, Literal.of(new int[] {5})),
                        (f, x) -> f.optimizationBarrier(x),
                        values(1, 2),
                        values(5)),
                Example.of("stop_gradient", List.of(VECTOR), (f, x) -> List.of(f.stopGradient(x.get(0))), values(1, 2)),
                // A function that XLA has on CPUs.
                Example.of(
                        "custom_call",
                        List.of(Literal.of(new float[] {1, 4, 2, 3}, 4)),
                        (f, x) -> f.customCall(
                                "TopK",
                                x,
                                List.of(TensorType.of(ElementType.F32, 2), TensorType.of(ElementType.I32, 2)),
                                ""),
                        values(4, 3),
                        values(1, 3)),
                call(),
                donation());
    }

    private static Example call() {
        var program = ProgramBuilder.program("call");
        var helper = program.function("helper");
        var x = helper.argument("x", VECTOR.type());
        helper.result("double", helper.add(x, x)).result("square", helper.multiply(x, x));
        var function = helper.build();
        return Example.of(
                program,
                "call",
                List.of(VECTOR),
                (f, arguments) -> f.call(function, arguments.getFirst()),
                List.of(List.of(values(2, 4), values(1, 4))),
                0);
    }

    /** One argument becomes the result, another may be used as the compiler likes. */
    private static Example donation() {
        var program = ProgramBuilder.program("donation");
        var main = program.function("main");
        var type = TensorType.of(ElementType.F32, 2);
        var cache = main.argument("cache", type, Optional.empty(), new Donation.Aliased(1));
        var free = main.argument("h.0.free", type, Optional.empty(), Donation.DONATED);
        main.result("sum", main.add(cache, free)).result("cache", main.multiply(cache, free));
        main.build();
        return new Example(
                "donation",
                program.build(),
                List.of(VECTOR, Literal.of(new float[] {10, 20}, 2)),
                List.of(List.of(values(11, 22), values(10, 40))),
                0);
    }
}
