package io.meshtransformer.gptj.source;

import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.ElementReader;
import java.io.IOException;

/**
 * A matrix somewhere in a file, without gaps.
 *
 * @param type F32, F16 or BF16
 * @param begin offset of its first byte in the file
 * @param rows as it is read
 * @param columns as it is read
 * @param transposed whether it lies in the file as {@code [columns, rows]}
 */
public record StoredMatrix(
        ElementReader reader, DataType type, long begin, long rows, long columns, boolean transposed) {
    /** Elements that are turned at a time: they stay in a core's cache. */
    private static final int MOST_TURNED = 1 << 18;

    /** Edge of the squares in which they are turned: lines of both sides are used whole. */
    private static final int EDGE = 16;

    /**
     * Reads a rectangle into a larger one.
     *
     * @param from place of the first element in {@code values}
     * @param stride elements from a row to the next in {@code values}
     */
    public void read(long row, int rowCount, long column, int columnCount, float[] values, int from, int stride)
            throws IOException {
        if (transposed) {
            readTurned(row, rowCount, column, columnCount, values, from, stride);
        } else if (columnCount == columns && columnCount == stride) {
            reader.read(type, at(row * columns), values, from, rowCount * columnCount);
        } else {
            for (var i = 0; i < rowCount; i++) {
                reader.read(type, at((row + i) * columns + column), values, from + i * stride, columnCount);
            }
        }
    }

    private void readTurned(long row, int rowCount, long column, int columnCount, float[] values, int from, int stride)
            throws IOException {
        if (rowCount == 0) {
            return;
        }
        var most = Math.clamp(MOST_TURNED / rowCount, 1, columnCount);
        var lines = new float[most * rowCount];
        for (var done = 0; done < columnCount; done += most) {
            var part = Math.min(most, columnCount - done);
            if (rowCount == rows) {
                reader.read(type, at((column + done) * rows), lines, 0, part * rowCount);
            } else {
                for (var i = 0; i < part; i++) {
                    reader.read(type, at((column + done + i) * rows + row), lines, i * rowCount, rowCount);
                }
            }
            turn(lines, part, rowCount, values, from + done, stride);
        }
    }

    /**
     * Turns a matrix into a part of a larger one.
     *
     * @param lines {@code [columnCount, rowCount]}
     * @param values receives {@code [rowCount, columnCount]} from {@code from} on, a row every {@code stride}
     */
    public static void turn(float[] lines, int columnCount, int rowCount, float[] values, int from, int stride) {
        for (var row = 0; row < rowCount; row += EDGE) {
            var rowEnd = Math.min(row + EDGE, rowCount);
            for (var column = 0; column < columnCount; column += EDGE) {
                var columnEnd = Math.min(column + EDGE, columnCount);
                for (var r = row; r < rowEnd; r++) {
                    for (var c = column; c < columnEnd; c++) {
                        values[from + r * stride + c] = lines[c * rowCount + r];
                    }
                }
            }
        }
    }

    private long at(long element) {
        return begin + element * type.bytes();
    }
}
