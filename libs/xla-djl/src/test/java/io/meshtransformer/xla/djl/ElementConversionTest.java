package io.meshtransformer.xla.djl;

import static io.meshtransformer.pjrt.ElementType.BF16;
import static io.meshtransformer.pjrt.ElementType.C64;
import static io.meshtransformer.pjrt.ElementType.F16;
import static io.meshtransformer.pjrt.ElementType.F32;
import static io.meshtransformer.pjrt.ElementType.F64;
import static io.meshtransformer.pjrt.ElementType.PRED;
import static io.meshtransformer.pjrt.ElementType.S16;
import static io.meshtransformer.pjrt.ElementType.S32;
import static io.meshtransformer.pjrt.ElementType.S64;
import static io.meshtransformer.pjrt.ElementType.S8;
import static io.meshtransformer.pjrt.ElementType.U16;
import static io.meshtransformer.pjrt.ElementType.U32;
import static io.meshtransformer.pjrt.ElementType.U64;
import static io.meshtransformer.pjrt.ElementType.U8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.pjrt.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ElementConversionTest {
    private static double real(Number number, ElementType type) {
        return ByteBuffer.wrap(ElementConversion.convert(ElementConversion.of(number, type), type, F64))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getDouble();
    }

    private static long integer(Number number, ElementType type) {
        return ByteBuffer.wrap(ElementConversion.convert(ElementConversion.of(number, type), type, S64))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }

    @Property
    void longsSurviveEveryTypeThatHoldsThem(
            @ForAll byte small, @ForAll short middle, @ForAll int wide, @ForAll long all) {
        for (var type : List.of(S8, S16, S32, S64, F16, F32, F64, BF16)) {
            assertThat(real(small, type)).isEqualTo(small);
        }
        assertThat(integer(middle, S16)).isEqualTo(middle);
        assertThat(integer(middle, U16)).isEqualTo(Short.toUnsignedLong(middle));
        assertThat(integer(small, U8)).isEqualTo(Byte.toUnsignedLong(small));
        assertThat(integer(wide, U32)).isEqualTo(Integer.toUnsignedLong(wide));
        assertThat(integer(all, U64)).isEqualTo(all);
        assertThat(integer(all, S64)).isEqualTo(all);
    }

    /** The nearest of all bf16, the even one of two: found by looking at the neighbours. */
    @Property
    void bf16IsTheNearest(@ForAll float value) {
        var rounded = (float) real(value, BF16);
        var bits = Float.floatToRawIntBits(rounded);
        assertThat(bits & 0xffff).isZero();
        if (Float.isFinite(rounded)) {
            for (var neighbour :
                    new float[] {Float.intBitsToFloat(bits + 0x10000), Float.intBitsToFloat(bits - 0x10000)}) {
                var distance = Math.abs((double) value - rounded);
                var other = Math.abs((double) value - neighbour);
                assertThat(Float.isNaN(neighbour) || distance < other || distance == other && (bits & 0x10000) == 0)
                        .as("%s rounded to %s rather than %s", value, rounded, neighbour)
                        .isTrue();
            }
        }
    }

    @Example
    void bordersAreKept() {
        assertThat(real(Float.NaN, BF16)).isNaN();
        assertThat(real(Double.NEGATIVE_INFINITY, F16)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(real(65_520.0, F16)).isInfinite();
        assertThat(real(0x1p63, U64)).isEqualTo(0x1p63);
        assertThat(real(-1L, U64)).isEqualTo(0x1p64);
        assertThat(integer(-2.9, S32)).isEqualTo(-2);
        assertThat(integer(300, U8)).isEqualTo(44);
        assertThat(integer(0.25, PRED)).isEqualTo(1);
        assertThat(integer(256, PRED)).isEqualTo(1);
        assertThat(integer(0, PRED)).isZero();
    }

    @Example
    void complexNumbersAreRefused() {
        assertThatThrownBy(() -> ElementConversion.of(1, C64)).hasMessage("elements of type c64 are not converted");
    }
}
