package io.meshtransformer.gptj.source;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingState;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A model on the disk, with or without the optimiser's state, in whatever layout it has there: what conversion reads.
 * Tensors have Hugging Face's names and shapes; a vector counts as a matrix of one row.
 */
public interface ModelSource extends TrainingState {
    GptjConfig config();

    /** Type in which the weights are stored; F32 where they differ. */
    DataType type();

    /**
     * Reads a rectangle of a matrix, widened exactly to fp32. Large ones are cheap per element in every layout, single
     * rows and columns may not be.
     *
     * @param values receives {@code [rows, columns]} from {@code from} on
     * @throws IllegalArgumentException if there is no such tensor
     * @throws IndexOutOfBoundsException if the rectangle leaves the tensor or the values
     */
    void readRectangle(StateTensor tensor, long row, int rows, long column, int columns, float[] values, int from)
            throws IOException;

    /**
     * Compares every byte with the checksums that the layout has, if it has any.
     *
     * @throws io.meshtransformer.gptj.ModelFormatException.InvalidArchive if a file is not what was written; names it
     */
    default void verify(CopyProgress progress) throws IOException {}

    /** What a careful reader should know of it and would not see: a sentence each, none where all is as it should be. */
    default List<String> remarks() {
        return List.of();
    }

    /** The weights of a model, without anything of an optimiser. */
    static SequencedMap<StateTensor, Shape> parameters(GptjConfig config) {
        var tensors = new LinkedHashMap<StateTensor, Shape>();
        GptjTensors.shapes(config).forEach((name, shape) -> tensors.put(new StateTensor(Kind.PARAMETER, name), shape));
        return Collections.unmodifiableSequencedMap(tensors);
    }

    /** Elements of a row of a tensor; all of a vector. */
    static long columns(Shape shape) {
        return shape.dimensions().isEmpty() ? 1 : shape.dimensions().getLast();
    }

    /** Rows of a tensor; 1 of a vector. */
    static long rows(Shape shape) {
        return shape.dimensions().size() < 2 ? 1 : shape.dimensions().getFirst();
    }
}
