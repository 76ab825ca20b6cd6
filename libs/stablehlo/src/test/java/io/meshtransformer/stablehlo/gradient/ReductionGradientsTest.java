package io.meshtransformer.stablehlo.gradient;

import static io.meshtransformer.stablehlo.gradient.ElementwiseGradientsTest.gradients;
import static io.meshtransformer.stablehlo.gradient.ElementwiseGradientsTest.values;
import static io.meshtransformer.stablehlo.ir.ComparisonDirection.LT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ProgramException.NoGradient;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.junit.jupiter.api.Test;

class ReductionGradientsTest {
    @AddLifecycleHook(NeedsXla.class)
    @Property(tries = 8, shrinking = ShrinkingMode.OFF)
    void agreeWithDifferences(@ForAll long seed) {
        var random = new Random(seed);
        var shapes = new Shapes(random);
        var differences = new FiniteDifferences(random);
        var functions =
                List.of(BinaryFunction.ADD, BinaryFunction.MAXIMUM, BinaryFunction.MINIMUM, BinaryFunction.MULTIPLY);
        for (var function : functions) {
            var shape = shapes.ofDimensions();
            var dimensions = shapes.some(shape.rank());
            differences.of(
                    "reduce by " + function + " " + shape,
                    -2,
                    2,
                    List.of(shape),
                    (b, x) -> b.reduce(function, x.getFirst(), dimensions));
        }
        var shape = shapes.ofDimensions();
        var dimension = shapes.number(0, shape.rank() - 1);
        differences
                .ofMany("sort", -2, 2, List.of(shape, shape), (b, x) -> sorted(b, x, dimension, true))
                .of("top k", -2, 2, List.of(shape), (b, x) -> b.topK(
                                x.getFirst(), (int) (shape.dimension(shape.rank() - 1) + 1) / 2)
                        .getFirst())
                .of("softmax", -2, 2, List.of(shape), (b, x) -> b.softmax(x.getFirst(), dimension))
                .check();
    }

    /** The second tensor in the order of the first one's squares. */
    private static List<Value> sorted(BlockBuilder block, List<Value> x, int dimension, boolean stable) {
        var inputs = List.of(block.multiply(x.get(0), x.get(0)), x.get(1));
        return block.sort(
                inputs, dimension, stable, (inner, pairs) -> List.of(inner.compare(pairs.get(0), pairs.get(1), LT)));
    }

    @Test
    void elementsThatAreAllTheLargestShareItsGradient() {
        assertThat(gradients(
                        (f, x) -> f.reshape(f.reduce(BinaryFunction.MAXIMUM, x.getFirst(), 0), 1), values(3, 1, 3)))
                .containsExactly(values(0.5, 0, 0.5));
    }

    @Test
    void aProductMayHaveZeros() {
        assertThat(gradients((f, x) -> product(f, x.getFirst()), values(2, 0, 3)))
                .containsExactly(values(0, 6, 0));
        assertThat(gradients((f, x) -> product(f, x.getFirst()), values(2, 0, 0)))
                .containsExactly(values(0, 0, 0));
    }

    private static Value product(BlockBuilder block, Value x) {
        return block.reshape(block.reduce(BinaryFunction.MULTIPLY, x, 0), 1);
    }

    @Test
    void whatHasNoRuleIsNamed() {
        var main = ProgramBuilder.program("p").function("main");
        var x = main.argument("x", TensorType.of(ElementType.F32, 4));
        var unstable = sorted(main, List.of(x, x), 0, false).getFirst();
        refused(
                main,
                unstable,
                x,
                "sort(tensor<4xf32>, tensor<4xf32>): equal elements may come out in any order, it" + " must be stable");
        var zero = main.scalar(ElementType.F32, 0);
        var ownBody =
                main.reduce(List.of(x), List.of(zero), (b, pair) -> List.of(b.add(pair.get(0), b.abs(pair.get(1)))), 0);
        refused(
                main,
                ownBody.getFirst(),
                x,
                "reduce(tensor<4xf32>, tensor<f32>): its body is none of add, maximum," + " minimum and multiply");
    }

    private static void refused(BlockBuilder block, Value output, Value x, String message) {
        var cotangent = block.constant(output.type(), 1);
        assertThatThrownBy(() -> block.vjp(List.of(output), List.of(cotangent), List.of(x)))
                .isInstanceOf(NoGradient.class)
                .hasMessage("there is no gradient of " + message);
    }
}
