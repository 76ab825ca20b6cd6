package io.meshtransformer.stablehlo.gradient;

import static io.meshtransformer.stablehlo.gradient.ElementwiseGradientsTest.gradients;
import static io.meshtransformer.stablehlo.gradient.ElementwiseGradientsTest.values;
import static io.meshtransformer.stablehlo.ir.ComparisonDirection.GT;
import static io.meshtransformer.stablehlo.ir.ComparisonDirection.LT;
import static io.meshtransformer.stablehlo.type.ElementType.F64;
import static io.meshtransformer.stablehlo.type.ElementType.I32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ProgramException.InvalidStructure;
import io.meshtransformer.stablehlo.ProgramException.NoGradient;
import io.meshtransformer.stablehlo.ir.Function;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.junit.jupiter.api.Test;

class ControlFlowGradientsTest {
    @AddLifecycleHook(NeedsXla.class)
    @Property(tries = 6, shrinking = ShrinkingMode.OFF)
    void agreeWithDifferences(@ForAll long seed) {
        var random = new Random(seed);
        var shapes = new Shapes(random);
        var differences = new FiniteDifferences(random);
        var shape = shapes.any();
        var pair = List.of(shape, shape);
        var branch = shapes.number(-1, 4);
        var bound = outOfReach(random, shape);
        var otherBound = outOfReach(random, shape);
        var product = product(differences.program(), shape);
        differences
                .ofMany(
                        "if",
                        -1,
                        1,
                        pair,
                        (b, x) -> b.ifElse(
                                b.compare(total(b, x.get(0)), b.scalar(F64, bound), GT),
                                inner -> List.of(inner.sine(x.get(0)), x.get(1)),
                                inner -> List.of(x.get(1), inner.multiply(x.get(1), x.get(1)))))
                .ofMany(
                        "case",
                        -1,
                        1,
                        pair,
                        (b, x) -> b.caseOf(
                                b.scalar(I32, branch),
                                List.of(
                                        inner -> List.of(inner.exponential(x.get(0))),
                                        _ -> List.of(x.get(1)),
                                        inner -> inner.ifElse(
                                                inner.compare(
                                                        total(inner, x.get(1)), inner.scalar(F64, otherBound), GT),
                                                deeper -> List.of(deeper.multiply(x.get(0), x.get(1))),
                                                deeper -> List.of(
                                                        deeper.constant(x.get(0).type(), 1))))))
                .of(
                        "call",
                        -1,
                        1,
                        pair,
                        (b, x) -> b.add(
                                b.call(product, x.get(0), x.get(1)).getFirst(),
                                b.call(product, x.get(1), x.get(1)).getFirst()))
                .ofMany(
                        "optimization_barrier",
                        -1,
                        1,
                        pair,
                        (b, x) -> b.optimizationBarrier(List.of(x.get(0), b.multiply(x.get(0), x.get(1)))))
                .check();
    }

    /** Above or below the total of every tensor of that shape with elements in [-1, 1]: a small change takes no other way. */
    private static double outOfReach(Random random, Shape shape) {
        var bound = shape.elements() + 1.0;
        return random.nextBoolean() ? bound : -bound;
    }

    private static Value total(BlockBuilder block, Value x) {
        return block.sum(x, IntStream.range(0, x.rank()).toArray());
    }

    private static Function product(ProgramBuilder program, Shape shape) {
        var function = program.function("product");
        var type = new TensorType(F64, shape);
        var left = function.argument("left", type);
        var right = function.argument("right", type);
        return function.result("product", function.multiply(function.sine(left), right))
                .build();
    }

    @Test
    void aWhileIsRefusedIfItsResultMatters() {
        assertThatThrownBy(() -> gradients((f, x) -> doubled(f, x.getFirst()), values(1)))
                .isInstanceOf(NoGradient.class)
                .hasMessage("there is no gradient of while(tensor<i32>, tensor<1xf64>): nobody knows how often it runs"
                        + " before it has run. Use scan, or stopGradient on what it takes");
        assertThat(gradients((f, x) -> f.multiply(x.getFirst(), doubled(f, f.stopGradient(x.getFirst()))), values(3)))
                .containsExactly(values(24));
    }

    /** Three times. */
    private static Value doubled(BlockBuilder block, Value x) {
        return block.whileLoop(
                        List.of(block.scalar(I32, 0), x),
                        (b, carried) -> List.of(b.compare(carried.get(0), b.scalar(I32, 3), LT)),
                        (b, carried) ->
                                List.of(b.add(carried.get(0), b.scalar(I32, 1)), b.add(carried.get(1), carried.get(1))))
                .get(1);
    }

    @Test
    void aCustomCallHasTheGradientThatItsRuleGives() {
        var type = TensorType.of(F64, 2);
        var unknown = ProgramBuilder.program("p").function("main");
        var y = unknown.argument("y", type);
        var result = unknown.customCall("fused", List.of(y), List.of(type), "").getFirst();
        assertThatThrownBy(() -> unknown.vjp(List.of(result), List.of(y), List.of(y)))
                .isInstanceOf(NoGradient.class)
                .hasMessage("there is no gradient of custom_call(tensor<2xf64>): nobody has said what the derivative of"
                        + " fused is. ProgramBuilder.customCallRule does");

        var program = ProgramBuilder.program("p")
                .customCallRule(
                        "fused",
                        (b, call, results, cotangents) -> List.of(
                                Optional.of(b.multiply(cotangents.getFirst(), results.getFirst())), Optional.empty()));
        var main = program.function("main");
        var x = main.argument("x", type);
        var fused = main.customCall("fused", List.of(x, x), List.of(type), "").getFirst();
        var gradient = main.vjp(List.of(fused), List.of(x), List.of(x)).getFirst();
        main.result("g", gradient).build();
        assertThat(program.build().toMlir()).contains("stablehlo.multiply %x, %0 : tensor<2xf64>");
    }

    @Test
    void derivativesAreOfFloatsThatAreDefinedHere() {
        var main = ProgramBuilder.program("p").function("main");
        var x = main.argument("x", TensorType.of(F64, 2));
        var count = main.argument("count", TensorType.scalar(I32));
        assertThatThrownBy(() -> main.gradients(x, List.of(x)))
                .isInstanceOf(InvalidStructure.class)
                .hasMessage(
                        "gradients are of a float scalar, not of argument : tensor<2xf64>; vjp takes any float tensor");
        assertThatThrownBy(() -> main.gradients(main.sum(x, 0), List.of(count)))
                .isInstanceOf(InvalidStructure.class)
                .hasMessage("gradients are of and with respect to floats that are defined here,"
                        + " argument : tensor<i32> is not");
        assertThatThrownBy(() -> main.vjp(List.of(x), List.of(main.sum(x, 0)), List.of(x)))
                .isInstanceOf(InvalidStructure.class)
                .hasMessage("cotangents are [tensor<f64>], those of the outputs must be [tensor<2xf64>]");
    }

    /** A parameter that the loss does not depend on, and an operation of its own that nothing is written for. */
    @Test
    void onlyWhatIsNeededIsComputed() {
        var program = ProgramBuilder.program("p");
        var main = program.function("main");
        var x = main.argument("x", TensorType.of(F64, 2));
        var other = main.argument("other", TensorType.of(F64, 2));
        var loss = main.sum(main.multiply(x, main.sine(other)), 0);
        var before = main.tape().statements().size();
        main.gradients(loss, List.of(x));
        // The seed, its broadcast, one product.
        assertThat(main.tape().statements()).hasSize(before + 3);
    }
}
