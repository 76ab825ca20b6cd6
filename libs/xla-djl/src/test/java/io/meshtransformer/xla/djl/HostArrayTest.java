package io.meshtransformer.xla.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.pjrt.ElementType;
import io.meshtransformer.pjrt.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Elements end up where NumPy would put them. */
class HostArrayTest {
    /** An array of up to four dimensions whose elements count up, so that each tells where it came from. */
    @Provide
    Arbitrary<HostArray> arrays() {
        var sizes = Arbitraries.longs()
                .between(0, 4)
                .array(long[].class)
                .ofMinSize(1)
                .ofMaxSize(4);
        return Combinators.combine(sizes, Arbitraries.of(ElementType.U8, ElementType.S16, ElementType.S32))
                .as(HostArrayTest::counting);
    }

    private static HostArray counting(long[] sizes, ElementType type) {
        var count = (int) Arrays.stream(sizes).reduce(1, Math::multiplyExact);
        var elements = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        IntStream.range(0, count).forEach(elements::putInt);
        return new HostArray(Shape.of(ElementType.S32, sizes), elements.array()).convert(type);
    }

    private static int[] elements(HostArray array) {
        var ints = ByteBuffer.wrap(array.convert(ElementType.S32).bytes())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer();
        var values = new int[ints.remaining()];
        ints.get(values);
        return values;
    }

    private static void assertSame(HostArray actual, HostArray expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.bytes()).isEqualTo(expected.bytes());
    }

    @Property
    void whatWasSplitJoinsAgain(@ForAll("arrays") HostArray array, @ForAll("axes") int any) {
        var axis = any % array.rank();
        var size = array.sizes()[axis];
        var indices = new long[] {size / 3, size / 2};
        assertSame(HostArray.concatenate(array.split(indices, axis), axis), array);
    }

    @Property
    void transposingTwiceIsNothing(@ForAll("arrays") HostArray array, @ForAll("axes") int rotation) {
        var axes = IntStream.range(0, array.rank())
                .map(axis -> (axis + rotation) % array.rank())
                .toArray();
        var back = new int[axes.length];
        IntStream.range(0, axes.length).forEach(axis -> back[axes[axis]] = axis);
        assertSame(array.transpose(axes).transpose(back), array);
    }

    @Property
    void aSliceReadBackIsWhatWasWritten(@ForAll("arrays") HostArray array, @ForAll("axes") int any) {
        var begin = Arrays.stream(array.sizes())
                .map(size -> Math.min(size, any % 2))
                .toArray();
        var step = array.sizes().clone();
        Arrays.fill(step, 1 + any % 3);
        var part = array.slice(begin, array.sizes(), step);
        var zero = HostArray.of(0, array.shape().elementType());
        var zeroed = array.withSlice(begin, array.sizes(), step, zero);
        assertThat(elements(zeroed.slice(begin, array.sizes(), step))).containsOnly(zeros(part));
        assertSame(zeroed.withSlice(begin, array.sizes(), step, part), array);
    }

    private static int[] zeros(HostArray part) {
        return elements(part).length == 0 ? new int[0] : new int[] {0};
    }

    @Provide
    Arbitrary<Integer> axes() {
        return Arbitraries.integers().between(0, 11);
    }

    @Example
    void everySecondColumnOfTheLastRows() {
        var array = counting(new long[] {4, 5}, ElementType.S32);
        var part = array.slice(new long[] {2, 0}, new long[] {4, 5}, new long[] {1, 2});
        assertThat(part.sizes()).containsExactly(2, 3);
        assertThat(elements(part)).containsExactly(10, 12, 14, 15, 17, 19);
    }

    @Example
    void columnsBecomeRows() {
        var array = counting(new long[] {2, 3}, ElementType.S16).transpose(1, 0);
        assertThat(elements(array)).containsExactly(0, 3, 1, 4, 2, 5);
    }

    @Example
    void aRowIsBroadcastToEveryRow() {
        var row = counting(new long[] {1, 3}, ElementType.U8);
        assertThat(elements(row.broadcast(2, 2, 3))).containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2);
        assertThatThrownBy(() -> row.broadcast(2, 4)).hasMessage("u8[1,3] cannot be broadcast to [2, 4]");
    }

    @Example
    void theSizeThatIsLeftOutFollows() {
        var array = counting(new long[] {4, 6}, ElementType.U8);
        assertThat(array.reshape(-1, 3).sizes()).containsExactly(8, 3);
        assertThatThrownBy(() -> array.reshape(-1, 5)).hasMessage("an array u8[4,6] cannot take the shape [-1, 5]");
        assertThatThrownBy(() -> array.reshape(-1, -1)).hasMessageEndingWith("cannot take the shape [-1, -1]");
    }

    @Example
    void whatDoesNotJoinIsRefused() {
        var first = counting(new long[] {2, 3}, ElementType.U8);
        for (var other : List.of(
                counting(new long[] {2, 4}, ElementType.U8),
                counting(new long[] {2, 3}, ElementType.S16),
                counting(new long[] {3}, ElementType.U8))) {
            assertThatThrownBy(() -> HostArray.concatenate(List.of(first, other), 0))
                    .hasMessage("u8[2,3] and " + other.shape() + " cannot be joined along dimension 0");
        }
    }

    @Example
    void aSliceBeyondTheArrayIsRefused() {
        var array = counting(new long[] {4}, ElementType.U8);
        assertThatThrownBy(() -> array.slice(new long[] {0}, new long[] {5}, new long[] {1}))
                .hasMessage("from 0 to 5 by 1 in dimension 0 of u8[4]");
    }
}
