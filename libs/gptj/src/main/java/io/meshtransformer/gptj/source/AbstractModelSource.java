package io.meshtransformer.gptj.source;

import static java.util.Objects.checkFromIndexSize;

import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import java.io.IOException;

/** A source that reads rectangles, and with them ranges: a broken row, whole rows, a broken row. */
public abstract class AbstractModelSource implements ModelSource {
    @Override
    public final void read(StateTensor tensor, long offset, float[] values, int from, int count) throws IOException {
        var shape = shape(tensor);
        checkFromIndexSize(offset, (long) count, shape.elements());
        checkFromIndexSize(from, count, values.length);
        var columns = ModelSource.columns(shape);
        for (var done = 0; done < count; ) {
            var row = (offset + done) / columns;
            var column = (offset + done) % columns;
            var left = count - done;
            if (column != 0 || left < columns) {
                var part = (int) Math.min(columns - column, left);
                readRectangle(tensor, row, 1, column, part, values, from + done);
                done += part;
            } else {
                var rows = (int) (left / columns);
                readRectangle(tensor, row, rows, 0, (int) columns, values, from + done);
                done += (int) (rows * columns);
            }
        }
    }

    @Override
    public final void readRectangle(
            StateTensor tensor, long row, int rows, long column, int columns, float[] values, int from)
            throws IOException {
        var shape = shape(tensor);
        checkFromIndexSize(row, (long) rows, ModelSource.rows(shape));
        checkFromIndexSize(column, (long) columns, ModelSource.columns(shape));
        checkFromIndexSize(from, Math.multiplyExact(rows, columns), values.length);
        readChecked(tensor, row, rows, column, columns, values, from);
    }

    /** As {@link #readRectangle}, with everything in its bounds. */
    protected abstract void readChecked(
            StateTensor tensor, long row, int rows, long column, int columns, float[] values, int from)
            throws IOException;

    private Shape shape(StateTensor tensor) {
        var shape = tensors().get(tensor);
        if (shape == null) {
            throw new IllegalArgumentException("there is no " + tensor + " in " + this);
        }
        return shape;
    }
}
