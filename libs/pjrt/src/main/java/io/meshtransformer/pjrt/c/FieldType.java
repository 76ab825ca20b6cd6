package io.meshtransformer.pjrt.c;

/** What a field of a C struct is, with its size and alignment on 64-bit Linux. */
public sealed interface FieldType {
    /** Bytes that a value takes. */
    int size();

    /** A value's address is a multiple of this. */
    int alignment();

    /** The scalars of the PJRT header. */
    enum Scalar implements FieldType {
        POINTER(8),
        /** {@code size_t}. */
        SIZE(8),
        INT64(8),
        /** {@code int}, and every enum. */
        INT(4),
        FLOAT(4),
        BOOL(1);

        private final int size;

        Scalar(int size) {
            this.size = size;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public int alignment() {
            return size;
        }
    }

    /** A struct inside a struct. */
    record Nested(StructLayout layout) implements FieldType {
        @Override
        public int size() {
            return layout.paddedSize();
        }

        @Override
        public int alignment() {
            return layout.alignment();
        }
    }
}
