package io.meshtransformer.gptj.safetensors;

import java.util.Optional;
import java.util.stream.Stream;

/** Element types that a safetensors header may name; only {@link #isReadable() three} are read as weights. */
public enum DataType {
    BOOL(1),
    U8(1),
    I8(1),
    F8_E4M3(1),
    F8_E5M2(1),
    F8_E8M0(1),
    I16(2),
    U16(2),
    /** IEEE 754 binary16. */
    F16(2),
    /** The upper half of an IEEE 754 binary32. */
    BF16(2),
    I32(4),
    U32(4),
    /** IEEE 754 binary32. */
    F32(4),
    I64(8),
    U64(8),
    F64(8),
    C64(8);

    private final int bytes;

    DataType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Whether {@link SafetensorsFile#read} widens it to fp32. */
    public boolean isReadable() {
        return this == F32 || this == F16 || this == BF16;
    }

    static Optional<DataType> named(String name) {
        return Stream.of(values()).filter(type -> type.name().equals(name)).findFirst();
    }
}
