package io.meshtransformer.stablehlo.gradient;

import static io.meshtransformer.stablehlo.ir.ComparisonDirection.GT;
import static io.meshtransformer.stablehlo.type.ElementType.F64;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.Elementwise;
import io.meshtransformer.stablehlo.ir.UnaryFunction;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.junit.jupiter.api.Test;

class ElementwiseGradientsTest {
    @AddLifecycleHook(NeedsXla.class)
    @Property(tries = 5, shrinking = ShrinkingMode.OFF)
    void agreeWithDifferences(@ForAll long seed) {
        var random = new Random(seed);
        var differences = new FiniteDifferences(random);
        var shapes = new Shapes(random);
        for (var function : UnaryFunction.values()) {
            if (function != UnaryFunction.NOT && function != UnaryFunction.IS_FINITE) {
                differences.of(
                        function.toString(),
                        isOfPositives(function) ? 0.5 : -2.5,
                        2.5,
                        List.of(shapes.any()),
                        (b, x) -> b.value(new Elementwise.Unary(function, x.getFirst())));
            }
        }
        for (var function : BinaryFunction.values()) {
            if (function.domain().contains(F64)) {
                var shape = shapes.any();
                differences.of(
                        function.toString(),
                        function == BinaryFunction.POWER ? 0.5 : -2.5,
                        2.5,
                        List.of(shape, shape),
                        (b, x) -> b.value(new Elementwise.Binary(function, x.get(0), x.get(1))));
            }
        }
        var shape = shapes.any();
        var choice = random.nextBoolean();
        differences
                .of(
                        "select",
                        -1,
                        1,
                        List.of(shape, shape),
                        (b, x) -> b.select(b.compare(x.get(0), x.get(1), GT), x.get(1), b.multiply(x.get(0), x.get(0))))
                .of(
                        "select by a scalar",
                        -1,
                        1,
                        List.of(shape, shape),
                        (b, x) -> b.select(
                                b.constant(Literal.splat(TensorType.scalar(ElementType.I1), choice)),
                                x.get(0),
                                x.get(1)))
                .of(
                        "clamp",
                        -1,
                        1,
                        List.of(shape, shape),
                        (b, x) -> b.clamp(b.negate(b.abs(x.get(0))), x.get(1), b.abs(x.get(0))))
                .of(
                        "clamp by scalars",
                        -1,
                        1,
                        List.of(Shape.SCALAR, shape),
                        (b, x) -> b.clamp(b.negate(b.abs(x.get(0))), x.get(1), b.abs(x.get(0))))
                .of("bitcast", -1, 1, List.of(shape), (b, x) -> b.sine(b.bitcastConvert(x.getFirst(), F64)))
                .of("a value used twice", -1, 1, List.of(shape), (b, x) -> b.multiply(x.getFirst(), x.getFirst()))
                .check();
    }

    private static boolean isOfPositives(UnaryFunction function) {
        return switch (function) {
            case LOG, LOG_PLUS_ONE, RSQRT, SQRT -> true;
            case ABS,
                    CEIL,
                    COSINE,
                    EXPONENTIAL,
                    EXPONENTIAL_MINUS_ONE,
                    FLOOR,
                    IS_FINITE,
                    LOGISTIC,
                    NEGATE,
                    NOT,
                    ROUND_NEAREST_EVEN,
                    SIGN,
                    SINE,
                    TANH -> false;
        };
    }

    @Test
    void equalOperandsShareTheGradientOfAnExtreme() {
        assertThat(gradients((f, x) -> f.maximum(x.get(0), x.get(1)), values(1, 2, 3), values(2, 2, 1)))
                .containsExactly(values(0, 0.5, 1), values(1, 0.5, 0));
        assertThat(gradients((f, x) -> f.minimum(x.get(0), x.get(1)), values(1, 2, 3), values(2, 2, 1)))
                .containsExactly(values(1, 0.5, 0), values(0, 0.5, 1));
    }

    @Test
    void aPowerHasAGradientAtZero() {
        assertThat(gradients((f, x) -> f.power(x.get(0), x.get(1)), values(0, 0, 2), values(0, 2, 0)))
                .containsExactly(values(0, 0, 0), values(0, 0, Math.log(2)));
    }

    /** What is between two conversions is computed, and differentiated, in the type in between. */
    @Test
    void aConversionRoundsTheCotangentToTheOperandsType() {
        var third = gradients(
                (f, x) -> f.multiply(
                        f.convert(f.convert(x.getFirst(), ElementType.BF16), F64),
                        f.constant(x.getFirst().type(), 1.0 / 3)),
                values(1));
        assertThat(third.getFirst())
                .containsExactly(Literal.splat(TensorType.scalar(ElementType.BF16), 1.0 / 3)
                        .value(0));
    }

    @Test
    void whatIsRoundedOrStoppedHasNone() {
        assertThat(gradients(
                        (f, x) -> f.add(f.floor(x.getFirst()), f.stopGradient(f.sine(x.getFirst()))), values(1.5, 2)))
                .containsExactly(values(0, 0));
        assertThat(gradients((f, x) -> f.convert(f.convert(x.getFirst(), ElementType.I32), F64), values(1.5)))
                .containsExactly(values(0));
    }

    /** Of the sum of the elements. */
    static List<double[]> gradients(FiniteDifferences.Single function, double[]... arguments) {
        var program = ProgramBuilder.program("gradients");
        var main = program.function("main");
        var literals = Arrays.stream(arguments)
                .map(argument -> Literal.of(argument, argument.length))
                .toList();
        var values = new ArrayList<Value>();
        literals.forEach(literal -> values.add(main.argument("x" + values.size(), literal.type())));
        var gradients = main.gradients(main.sum(function.build(main, values), 0), values);
        gradients.forEach(gradient -> main.result("g" + gradients.indexOf(gradient), gradient));
        main.build();
        return Xla.run(program.build(), literals);
    }

    static double[] values(double... values) {
        return values;
    }
}
