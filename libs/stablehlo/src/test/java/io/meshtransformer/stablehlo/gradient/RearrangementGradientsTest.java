package io.meshtransformer.stablehlo.gradient;

import static io.meshtransformer.stablehlo.type.ElementType.I32;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ProgramException.NoGradient;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.junit.jupiter.api.Test;

class RearrangementGradientsTest {
    private Random random;
    private Shapes shapes;
    private FiniteDifferences differences;

    @AddLifecycleHook(NeedsXla.class)
    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void agreeWithDifferences(@ForAll long seed) {
        random = new Random(seed);
        shapes = new Shapes(random);
        differences = new FiniteDifferences(random);
        broadcast();
        moved();
        concatenated();
        padded();
        sliced();
        slicedWhereAnIndexSays();
        differences.check();
    }

    /** The result's elements are all different functions of the operand's, so that places matter. */
    private void add(String name, Shape shape, FiniteDifferences.Single body) {
        differences.of(name, -1, 1, List.of(shape), body);
    }

    private void broadcast() {
        var shape = shapes.any();
        var rank = shapes.number(shape.rank(), shape.rank() + 2);
        var places = shapes.permutation(rank).subList(0, shape.rank());
        var sizes = shapes.ofRank(rank);
        for (var i = 0; i < shape.rank(); i++) {
            if (shape.dimension(i) != 1) {
                sizes = sizes.with(places.get(i), shape.dimension(i));
            }
        }
        var to = sizes;
        add(
                "broadcast " + shape + " as " + places + " of " + to,
                shape,
                (b, x) -> b.broadcastInDim(
                        x.getFirst(),
                        to,
                        places.stream().mapToInt(Integer::intValue).toArray()));
    }

    private void moved() {
        var shape = shapes.any();
        var permutation = shapes.permutation(shape.rank()).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        add("transpose", shape, (b, x) -> b.transpose(x.getFirst(), permutation));
        add("reshape", shape, (b, x) -> b.reshape(x.getFirst(), shape.elements(), 1));
        var lines = shapes.ofDimensions();
        var reversed = shapes.some(lines.rank());
        add("reverse", lines, (b, x) -> b.reverse(x.getFirst(), reversed));
    }

    private void concatenated() {
        var shape = shapes.ofDimensions();
        var dimension = shapes.number(0, shape.rank() - 1);
        var other = shape.with(dimension, shapes.number(0, 3));
        differences.of(
                "concatenate",
                -1,
                1,
                List.of(shape, other),
                (b, x) -> b.concatenate(dimension, x.get(0), x.get(1), x.get(0)));
    }

    private void padded() {
        var shape = shapes.any();
        var low = new long[shape.rank()];
        var high = new long[shape.rank()];
        var interior = new long[shape.rank()];
        for (var i = 0; i < shape.rank(); i++) {
            interior[i] = shapes.number(0, 2);
            var size = shape.dimension(i) + (shape.dimension(i) - 1) * interior[i];
            low[i] = random.nextLong(-size, 3);
            high[i] = random.nextLong(-(size + low[i]), 3);
        }
        differences.of(
                "pad " + shape + " " + List.of(list(low), list(high), list(interior)),
                -1,
                1,
                List.of(shape, Shape.SCALAR),
                (b, x) -> b.pad(x.get(0), x.get(1), low, high, interior));
    }

    private void sliced() {
        var shape = shapes.any();
        var start = shape.dimensions().stream()
                .mapToLong(size -> random.nextLong(size + 1))
                .toArray();
        var limit = IntStream.range(0, shape.rank())
                .mapToLong(i -> random.nextLong(start[i], shape.dimension(i) + 1))
                .toArray();
        var strides = LongStream.generate(() -> shapes.number(1, 3))
                .limit(shape.rank())
                .toArray();
        add("slice", shape, (b, x) -> b.slice(x.getFirst(), start, limit, strides));
    }

    /** Also where the index lies outside and is moved inside. */
    private void slicedWhereAnIndexSays() {
        var shape = shapes.any();
        var sizes = shape.dimensions().stream()
                .mapToLong(size -> random.nextLong(size + 1))
                .toArray();
        var places =
                shape.dimensions().stream().map(size -> shapes.number(-2, 5)).toList();
        add("dynamic_slice", shape, (b, x) -> b.dynamicSlice(x.getFirst(), indices(b, places), sizes));
        differences.of(
                "dynamic_update_slice",
                -1,
                1,
                List.of(shape, Shape.of(sizes)),
                (b, x) -> b.dynamicUpdateSlice(x.get(0), x.get(1), indices(b, places)));
    }

    private static List<Value> indices(BlockBuilder block, List<Integer> places) {
        return places.stream().map(place -> block.scalar(I32, place)).toList();
    }

    private static List<Long> list(long[] numbers) {
        return LongStream.of(numbers).boxed().toList();
    }

    @Test
    void bitsReadAsOtherFloatsHaveNone() {
        var main = ProgramBuilder.program("p").function("main");
        var x = main.argument("x", TensorType.of(ElementType.F64, 2));
        var loss = main.sum(main.bitcastConvert(x, ElementType.F32), 0, 1);
        assertThatThrownBy(() -> main.gradients(loss, List.of(x)))
                .isInstanceOf(NoGradient.class)
                .hasMessage("there is no gradient of bitcast_convert(tensor<2xf64>): it reads bits as another type");
    }
}
