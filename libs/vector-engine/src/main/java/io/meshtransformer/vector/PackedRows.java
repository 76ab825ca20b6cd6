package io.meshtransformer.vector;

/**
 * Activations {@code [rows, width]} as matrix kernels read them: tile after tile, in a tile {@code [width, rows of the
 * tile]}. A single row is therefore a plain array.
 */
final class PackedRows {
    private final int width;
    private final RowTiles tiles;
    private final float[] values;

    PackedRows(int mostRows, int width, RowTiles tiles) {
        this.width = width;
        this.tiles = tiles;
        this.values = new float[Math.multiplyExact(mostRows, width)];
    }

    int width() {
        return width;
    }

    RowTiles tiles() {
        return tiles;
    }

    float[] values() {
        return values;
    }

    /** Puts a part of a row in its place. */
    void put(int row, int column, float[] source, int offset, int count) {
        var tile = tiles.tileOf(row);
        var first = tiles.firstRow(tile);
        var stride = tiles.rows(tile);
        var at = first * width + (row - first) + column * stride;
        // The heights of most tiles stand as constants: the compiler checks bounds once then, not for every value.
        switch (stride) {
            case 1 -> System.arraycopy(source, offset, values, at, count);
            case 6 -> {
                for (var i = 0; i < count; i++) {
                    values[at + i * 6] = source[offset + i];
                }
            }
            case 12 -> {
                for (var i = 0; i < count; i++) {
                    values[at + i * 12] = source[offset + i];
                }
            }
            default -> {
                for (var i = 0; i < count; i++) {
                    values[at + i * stride] = source[offset + i];
                }
            }
        }
    }

    /** Copies a row out. */
    void read(int row, float[] target, int offset) {
        var tile = tiles.tileOf(row);
        var first = tiles.firstRow(tile);
        var stride = tiles.rows(tile);
        for (var i = 0; i < width; i++) {
            target[offset + i] = values[first * width + (row - first) + i * stride];
        }
    }
}
