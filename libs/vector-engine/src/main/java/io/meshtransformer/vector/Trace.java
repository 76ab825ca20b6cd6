package io.meshtransformer.vector;

/** Sees the hidden states of a forward pass, for tests against a reference implementation. */
@FunctionalInterface
interface Trace {
    Trace NONE = (name, rows, width, values, stride) -> {};

    /** @param values {@code [rows, stride]}, of which the first {@code width} columns count */
    void rows(String name, int rows, int width, float[] values, int stride);

    default void rows(String name, PackedRows packed) {
        if (this == NONE) {
            return;
        }
        var rows = packed.tiles().rows();
        var values = new float[rows * packed.width()];
        for (var row = 0; row < rows; row++) {
            packed.read(row, values, row * packed.width());
        }
        rows(name, rows, packed.width(), values, packed.width());
    }
}
