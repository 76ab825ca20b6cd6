package io.meshtransformer.stablehlo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.stablehlo.ir.DotDimensions;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** What holds of shapes whatever the sizes are. */
class ShapeInferenceTest {
    private final FunctionBuilder f = ProgramBuilder.program("shapes").function("main");

    @Property(tries = 200)
    void transposingBackGivesTheShapeBack(
            @ForAll @Size(max = 5) List<@LongRange(max = 9) Long> sizes, @ForAll long seed) {
        var x = argument(sizes);
        var permutation =
                new ArrayList<>(IntStream.range(0, sizes.size()).boxed().toList());
        Collections.shuffle(permutation, new Random(seed));
        var inverse = IntStream.range(0, sizes.size()).map(permutation::indexOf).toArray();
        var forward = f.transpose(x, permutation.stream().mapToInt(i -> i).toArray());
        assertThat(forward.shape().dimensions())
                .isEqualTo(permutation.stream().map(sizes::get).toList());
        assertThat(f.transpose(forward, inverse).type()).isEqualTo(x.type());
    }

    @Property(tries = 200)
    void reshapeTakesExactlyTheShapesOfAsManyElements(
            @ForAll @Size(max = 4) List<@LongRange(max = 6) Long> from,
            @ForAll @Size(max = 4) List<@LongRange(max = 6) Long> to) {
        var x = argument(from);
        var shape = new Shape(to);
        if (x.shape().elements() == shape.elements()) {
            assertThat(f.reshape(x, shape.toArray()).shape()).isEqualTo(shape);
        } else {
            assertThatThrownBy(() -> f.reshape(x, shape.toArray()))
                    .hasMessageContaining("has " + x.shape().elements() + " elements")
                    .hasMessageContaining("has " + shape.elements());
        }
    }

    @Property(tries = 200)
    void partsOfASliceConcatenateToTheWhole(
            @ForAll @Size(min = 1, max = 3) List<@LongRange(min = 1, max = 9) Long> sizes,
            @ForAll @IntRange(max = 2) int dimension,
            @ForAll @LongRange(max = 9) long cut) {
        var axis = dimension % sizes.size();
        var at = cut % (sizes.get(axis) + 1);
        var x = argument(sizes);
        var joined = f.concatenate(axis, f.slice(x, axis, 0, at), f.slice(x, axis, at, sizes.get(axis)));
        assertThat(joined.type()).isEqualTo(x.type());
    }

    @Property(tries = 200)
    void paddingAndCuttingGivesTheShapeBack(
            @ForAll @LongRange(min = 1, max = 9) long size,
            @ForAll @LongRange(max = 5) long low,
            @ForAll @LongRange(max = 5) long high,
            @ForAll @LongRange(max = 3) long interior) {
        var x = argument(List.of(size));
        var zero = f.scalar(ElementType.F32, 0);
        var padded = f.pad(x, zero, new long[] {low}, new long[] {high}, new long[] {interior});
        assertThat(padded.dimension(0)).isEqualTo(low + high + size + (size - 1) * interior);
        var end = padded.dimension(0) - high;
        var back = f.slice(padded, new long[] {low}, new long[] {end}, new long[] {interior + 1});
        assertThat(back.type()).isEqualTo(x.type());
    }

    @Property(tries = 200)
    void dotGeneralKeepsWhatIsNotContracted(
            @ForAll @Size(max = 2) List<@LongRange(max = 5) Long> batch,
            @ForAll @Size(max = 2) List<@LongRange(max = 5) Long> left,
            @ForAll @Size(max = 2) List<@LongRange(max = 5) Long> right,
            @ForAll @LongRange(max = 5) long contracted) {
        var inner = List.of(contracted);
        var x = argument(joined(batch, left, inner));
        var w = argument(joined(batch, inner, right));
        var batching = IntStream.range(0, batch.size()).boxed().toList();
        var dimensions = DotDimensions.contracting(x.rank() - 1, batch.size()).batching(batching, batching);
        assertThat(f.dotGeneral(x, w, dimensions).shape().dimensions()).isEqualTo(joined(batch, left, right));
    }

    @Property(tries = 200)
    void reducingDropsDimensionsAndBroadcastingRestoresThem(
            @ForAll @Size(max = 4) List<@LongRange(max = 5) Long> sizes, @ForAll long seed) {
        var random = new Random(seed);
        var dimensions = IntStream.range(0, sizes.size())
                .filter(_ -> random.nextBoolean())
                .toArray();
        var x = argument(sizes);
        var sum = f.sum(x, dimensions);
        assertThat(sum.rank()).isEqualTo(x.rank() - dimensions.length);
        assertThat(f.broadcastAlong(sum, x.shape(), dimensions).type()).isEqualTo(x.type());
    }

    @Property(tries = 200)
    void bitsReadAsAnotherTypeAreReadBack(
            @ForAll ElementType from, @ForAll ElementType to, @ForAll @LongRange(max = 5) long size) {
        if (from == ElementType.I1 || to == ElementType.I1) {
            return;
        }
        // A wide type fits where the innermost dimension makes up for it.
        var parts = Math.max(1, to.bits() / from.bits());
        var type = parts == 1 ? TensorType.of(from, size) : TensorType.of(from, size, parts);
        var x = f.argument("x" + counter++, type);
        assertThat(f.bitcastConvert(f.bitcastConvert(x, to), from).type()).isEqualTo(type);
    }

    private int counter;

    private Value argument(List<Long> sizes) {
        return f.argument("x" + counter++, new TensorType(ElementType.F32, new Shape(sizes)));
    }

    private static List<Long> joined(List<Long> first, List<Long> second, List<Long> third) {
        return Stream.of(first, second, third).flatMap(List::stream).toList();
    }
}
