package io.meshtransformer.vector;

/** The rows of a step cut into tiles as high as a kernel takes, and the rest. */
final class RowTiles {
    private int rows;
    private int height;

    /** @param most rows in a tile */
    void layOut(int newRows, int most) {
        rows = newRows;
        height = Math.min(newRows, most);
    }

    /** Rows in all tiles. */
    int rows() {
        return rows;
    }

    /** Rows of every tile but the last, which may be lower. */
    int height() {
        return height;
    }

    int count() {
        return (rows + height - 1) / height;
    }

    int firstRow(int tile) {
        return tile * height;
    }

    int rows(int tile) {
        return Math.min(height, rows - tile * height);
    }

    int tileOf(int row) {
        return row / height;
    }
}
