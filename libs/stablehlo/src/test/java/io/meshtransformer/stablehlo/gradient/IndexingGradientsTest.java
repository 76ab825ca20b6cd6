package io.meshtransformer.stablehlo.gradient;

import static io.meshtransformer.stablehlo.gradient.ElementwiseGradientsTest.gradients;
import static io.meshtransformer.stablehlo.gradient.ElementwiseGradientsTest.values;
import static io.meshtransformer.stablehlo.type.ElementType.I32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.stablehlo.ProgramException.NoGradient;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.GatherDimensions;
import io.meshtransformer.stablehlo.ir.ScatterDimensions;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.junit.jupiter.api.Test;

/** Lists of indices repeat some, and have some outside. */
class IndexingGradientsTest {
    private Random random;
    private Shapes shapes;

    @AddLifecycleHook(NeedsXla.class)
    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void agreeWithDifferences(@ForAll long seed) {
        random = new Random(seed);
        shapes = new Shapes(random);
        var differences = new FiniteDifferences(random);
        var table = shapes.ofDimensions();
        var tokens = indices(shapes.any());
        differences.of("take", -1, 1, List.of(table), (b, x) -> b.take(x.getFirst(), b.constant(tokens)));
        windows(differences);
        batches(differences);
        written(differences);
        differences.check();
    }

    private Literal indices(Shape shape) {
        return Literal.of(
                new TensorType(I32, shape),
                random.ints(shape.elements(), -2, 6).asLongStream().toArray());
    }

    /** Parts of a matrix, the index vector at either place, its coordinates crossed. */
    private void windows(FiniteDifferences differences) {
        var matrix = shapes.ofRank(2);
        var sizes = Shape.of(1, random.nextLong(1, matrix.dimension(1) + 1));
        var inFront = random.nextBoolean();
        var count = shapes.number(1, 3);
        var places = indices(inFront ? Shape.of(2, count) : Shape.of(count, 2));
        var vector = inFront ? 0 : 1;
        var gather = new GatherDimensions(List.of(0), List.of(0), List.of(), List.of(), List.of(1, 0), vector);
        differences.of(
                "gather " + sizes + " of " + matrix,
                -1,
                1,
                List.of(matrix),
                (b, x) -> b.gather(x.getFirst(), b.constant(places), gather, sizes, false));
        var scatter = new ScatterDimensions(List.of(0), List.of(0), List.of(), List.of(), List.of(1, 0), vector);
        differences.of(
                "scatter " + sizes + " into " + matrix,
                -1,
                1,
                List.of(matrix, Shape.of(sizes.dimension(1), count)),
                (b, x) -> b.scatter(BinaryFunction.ADD, x.get(0), b.constant(places), x.get(1), scatter));
    }

    /** One element of each row, of rows that go with rows of the indices. */
    private void batches(FiniteDifferences differences) {
        var matrix = shapes.ofRank(2);
        var places = indices(Shape.of(matrix.dimension(0), 3));
        var gather = new GatherDimensions(List.of(), List.of(1), List.of(0), List.of(0), List.of(1), 2);
        differences.of(
                "gather by rows",
                -1,
                1,
                List.of(matrix),
                (b, x) -> b.gather(x.getFirst(), b.constant(places), gather, Shape.of(1, 1), false));
        var scatter = new ScatterDimensions(List.of(), List.of(1), List.of(0), List.of(0), List.of(1), 2);
        differences.of(
                "scatter by rows",
                -1,
                1,
                List.of(matrix, Shape.of(matrix.dimension(0), 3)),
                (b, x) -> b.scatter(BinaryFunction.ADD, x.get(0), b.constant(places), x.get(1), scatter));
    }

    /** Unique indices: what was there before is replaced. */
    private void written(FiniteDifferences differences) {
        var size = shapes.number(2, 5);
        var order = shapes.permutation(size + 2).stream()
                .mapToLong(place -> place - 1)
                .toArray();
        var places = Literal.of(TensorType.of(I32, size + 2, 1), order);
        var dimensions = new ScatterDimensions(List.of(), List.of(0), List.of(), List.of(), List.of(0), 1);
        differences.of("scatter that replaces", -1, 1, List.of(Shape.of(size), Shape.of(size + 2)), (b, x) -> b.scatter(
                        x.subList(0, 1),
                        b.constant(places),
                        x.subList(1, 2),
                        dimensions,
                        false,
                        true,
                        (_, pair) -> List.of(pair.get(1)))
                .getFirst());
    }

    /** Narrow indices reach no further than their type. */
    @Test
    void indicesMayBeOfANarrowType() {
        var table = new double[300];
        var narrow = Literal.of(TensorType.of(ElementType.I8, 2), -5, 127);
        var gradient = gradients((f, x) -> f.take(x.getFirst(), f.constant(narrow)), table)
                .getFirst();
        assertThat(gradient[0]).isEqualTo(1);
        assertThat(gradient[127]).isEqualTo(1);
        assertThat(gradient).containsOnly(0, 1);
    }

    @Test
    void aScatterThatMultipliesIsRefused() {
        var dimensions = new ScatterDimensions(List.of(), List.of(0), List.of(), List.of(), List.of(0), 1);
        var place = Literal.of(TensorType.of(I32, 1, 1), 0L);
        assertThatThrownBy(() -> gradients(
                        (f, x) -> f.scatter(BinaryFunction.MULTIPLY, x.get(0), f.constant(place), x.get(1), dimensions),
                        values(1, 2),
                        values(3)))
                .isInstanceOf(NoGradient.class)
                .hasMessage("there is no gradient of scatter(tensor<2xf64>, tensor<1x1xi32>, tensor<1xf64>): its body"
                        + " must add, or return the update with unique indices");
    }
}
