package io.meshtransformer.vector;

/** The rows of a step cut into tiles of nearly equal height, none above what a kernel takes. */
final class RowTiles {
    private int rows;
    private int count;

    /** @param most rows in a tile */
    void layOut(int newRows, int most) {
        rows = newRows;
        count = (newRows + most - 1) / most;
    }

    /** Rows in all tiles. */
    int rows() {
        return rows;
    }

    int count() {
        return count;
    }

    int firstRow(int tile) {
        return (int) ((long) rows * tile / count);
    }

    int rows(int tile) {
        return firstRow(tile + 1) - firstRow(tile);
    }

    /** The last tile whose first row is not after this one. */
    int tileOf(int row) {
        return (int) (((row + 1L) * count - 1) / rows);
    }
}
