package io.meshtransformer.gptj.source;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import java.io.IOException;
import java.util.List;
import java.util.SequencedMap;

/**
 * A source as a model that engines and transformers run: without the optimiser's state, and with the bias of the
 * embedding, where there is one, added to every row of the embedding ({@code to_hf_weights.py}).
 */
public final class ServableView extends AbstractModelSource {
    private static final StateTensor EMBEDDING = new StateTensor(Kind.PARAMETER, GptjTensors.EMBEDDING);
    private static final StateTensor BIAS = new StateTensor(Kind.PARAMETER, StateTensor.EMBEDDING_BIAS);

    private static final String SUMMED_SUFFIX = ".mlp.fc_out.bias";

    private final ModelSource source;
    private final SequencedMap<StateTensor, Shape> tensors;

    public ServableView(ModelSource source) {
        this.source = source;
        this.tensors = ModelSource.parameters(source.config());
    }

    @Override
    public GptjConfig config() {
        return source.config();
    }

    @Override
    public DataType type() {
        return source.type();
    }

    @Override
    public long step() {
        return source.step();
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return tensors;
    }

    @Override
    public List<String> remarks() {
        return source.remarks();
    }

    @Override
    protected void readChecked(
            StateTensor tensor, long row, int rows, long column, int columns, float[] values, int from)
            throws IOException {
        source.readRectangle(tensor, row, rows, column, columns, values, from);
        if (!source.tensors().containsKey(BIAS)) {
            return;
        }
        if (tensor.name().endsWith(SUMMED_SUFFIX)) {
            // The reference's sum begins with zero, and a negative zero added to it is zero.
            for (var i = 0; i < columns; i++) {
                values[from + i] += 0f;
            }
        }
        if (tensor.equals(EMBEDDING)) {
            addBias(rows, column, columns, values, from);
        }
    }

    private void addBias(int rows, long column, int columns, float[] values, int from) throws IOException {
        var bias = new float[columns];
        source.readRectangle(BIAS, 0, 1, column, columns, bias, 0);
        for (var i = 0; i < rows; i++) {
            for (var j = 0; j < columns; j++) {
                // Where there is nothing to add, a negative zero stays one.
                if (bias[j] != 0) {
                    values[from + i * columns + j] += bias[j];
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
