package io.meshtransformer.stablehlo.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LiteralTest {
    @Property
    void roundsToTheNearestBfloat16(@ForAll double value) {
        nearest(ElementType.BF16, value, Float.MAX_VALUE);
    }

    @Property
    void roundsToTheNearestFloat16(@ForAll short bits, @ForAll double offset) {
        var near = (double) Float.float16ToFloat(bits);
        if (Double.isFinite(near)) {
            nearest(ElementType.F16, near * (1 + 1e-3 * Math.sin(offset)), 65504);
        }
    }

    /** No neighbour is nearer, and of two equally near ones the even one is taken. */
    private static void nearest(ElementType type, double value, double largest) {
        var literal = Literal.splat(TensorType.scalar(type), value);
        var bits = literal.bits(0);
        if (Math.abs(value) >= largest * 0.99 || (bits & 0x7fff) == 0) {
            return;
        }
        var distance = distance(literal.value(0), value);
        for (var neighbour : new long[] {bits - 1, bits + 1}) {
            var other = Literal.ofBits(TensorType.scalar(type), neighbour).value(0);
            if (Double.isFinite(other)) {
                var comparison = distance.compareTo(distance(other, value));
                assertThat(comparison).isLessThanOrEqualTo(bits % 2 == 0 ? 0 : -1);
            }
        }
    }

    private static BigDecimal distance(double left, double right) {
        return new BigDecimal(left).subtract(new BigDecimal(right)).abs();
    }

    @Test
    void roundsOnceWhereRoundingTwiceWouldMiss() {
        // A little above half way between two bfloat16, which as fp32 is exactly half way.
        var value = 1 + 0x1p-8 + 0x1p-40;
        assertThat(Literal.splat(TensorType.scalar(ElementType.BF16), value).value(0))
                .isEqualTo(1 + 0x1p-7);
        var half = 1 + 0x1p-11 + 0x1p-40;
        assertThat(Literal.splat(TensorType.scalar(ElementType.F16), half).value(0))
                .isEqualTo(1 + 0x1p-10);
    }

    @Test
    void refusesWhatTheTypeCannotHold() {
        assertThatThrownBy(() -> Literal.splat(TensorType.of(ElementType.I8, 2), 128L))
                .hasMessage("a literal of tensor<2xi8> cannot hold 128 as an element");
        assertThatThrownBy(() -> Literal.splat(TensorType.scalar(ElementType.UI32), -1L))
                .hasMessage("a literal of tensor<ui32> cannot hold -1 as an element");
        assertThatThrownBy(() -> Literal.splat(TensorType.scalar(ElementType.I32), 0.5))
                .hasMessage("a literal of tensor<i32> cannot hold 0.5 as an element");
        assertThatThrownBy(() -> Literal.of(new float[] {1, 2, 3}, 2, 2))
                .hasMessage("a literal of tensor<2x2xf32> takes 1 or 4 values, not 3");
        assertThatThrownBy(() -> Literal.splat(TensorType.of(ElementType.F32, 2), true))
                .hasMessage("a literal of tensor<2xf32> cannot hold truth values");
    }
}
