package io.meshtransformer.vector;

import io.meshtransformer.vector.kernel.Panels;

/**
 * One projection of all rows of a step: {@code output = W input + b}. Its work is cut by panels, so that each weight is
 * read once for all rows.
 *
 * @param output {@code [rows, stride]}
 * @param epilogue what to do with outputs that are ready
 */
record Product(Projection projection, PackedRows input, float[] output, int stride, Epilogue epilogue) {
    private static final int PANELS_IN_CACHE = 4;

    /** So many items at least, where there are as many panels: few large ones leave threads waiting for the last. */
    private static final int LEAST_ITEMS = 8;

    /** Follows on a range of outputs of all rows. */
    @FunctionalInterface
    interface Epilogue {
        Epilogue NONE = (column, count) -> {};

        void apply(int column, int count);
    }

    static Product of(Projection projection, PackedRows input, float[] output, int stride) {
        return new Product(projection, input, output, stride, Epilogue.NONE);
    }

    /** Multiply-adds. */
    long work() {
        return (long) input.tiles().rows()
                * projection.matrix().inputs()
                * projection.matrix().outputs();
    }

    /** Number of parts, for {@link #run}. */
    int items() {
        return (Panels.count(projection.matrix().outputs()) + panelsAtOnce() - 1) / panelsAtOnce();
    }

    /** With several tiles, panels that stay in the core's cache while the tiles go by. */
    private int panelsAtOnce() {
        var tiles = input.tiles();
        return tiles.count() == 1
                ? projection.matrix().panelsAtOnce(tiles.height())
                : Math.clamp(Panels.count(projection.matrix().outputs()) / LEAST_ITEMS, 1, PANELS_IN_CACHE);
    }

    /** Computes some outputs for every row. Each chain begins at its bias. */
    void run(int item) {
        var matrix = projection.matrix();
        var firstPanel = item * panelsAtOnce();
        var panels = Math.min(panelsAtOnce(), Panels.count(matrix.outputs()) - firstPanel);
        matrix.multiply(firstPanel, panels, input, projection.bias(), output, stride);
        var column = firstPanel * Panels.OUTPUTS;
        epilogue.apply(column, Math.min(panels * Panels.OUTPUTS, matrix.outputs() - column));
    }
}
