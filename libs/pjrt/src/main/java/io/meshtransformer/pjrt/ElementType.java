package io.meshtransformer.pjrt;

import java.util.Arrays;
import java.util.Locale;

/** The type of an array's elements, with its number in the C interface and its size on the host. */
public enum ElementType {
    /** A boolean, one byte, 0 or 1. */
    PRED(1, 1),
    S8(2, 1),
    S16(3, 2),
    S32(4, 4),
    S64(5, 8),
    U8(6, 1),
    U16(7, 2),
    U32(8, 4),
    U64(9, 8),
    F16(10, 2),
    F32(11, 4),
    F64(12, 8),
    /** The upper half of an fp32. */
    BF16(13, 2),
    C64(14, 8),
    C128(15, 16),
    F8E5M2(16, 1),
    F8E4M3FN(17, 1);

    private final int number;
    private final int bytes;

    ElementType(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /** {@code PJRT_Buffer_Type}. */
    public int number() {
        return number;
    }

    /** Bytes of an element on the host. */
    public int bytes() {
        return bytes;
    }

    /** @throws IllegalArgumentException for a type that has no place here, such as those of less than a byte */
    static ElementType of(int number) {
        return Arrays.stream(values())
                .filter(type -> type.number == number)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("elements of PJRT_Buffer_Type " + number
                        + " are not supported; supported are " + Arrays.toString(values())));
    }

    /** XLA's name: "f32". */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
