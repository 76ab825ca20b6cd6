package io.meshtransformer.gptj.lora;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.source.AbstractModelSource;
import io.meshtransformer.gptj.source.ModelSource;
import io.meshtransformer.gptj.training.StateTensor;
import java.io.IOException;
import java.util.List;
import java.util.SequencedMap;

/** A model with an adapter merged into it: W + scale · B A, in fp32. */
public final class MergedSource extends AbstractModelSource {
    private final ModelSource base;
    private final Adapter adapter;

    /** @param base a model alone: moments of its weights would be none of the merged ones */
    public MergedSource(ModelSource base, Adapter adapter) {
        this.base = base;
        this.adapter = adapter;
    }

    @Override
    public GptjConfig config() {
        return base.config();
    }

    @Override
    public DataType type() {
        return base.type();
    }

    @Override
    public long step() {
        return base.step();
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return base.tensors();
    }

    @Override
    public List<String> remarks() {
        return base.remarks();
    }

    @Override
    protected void readChecked(
            StateTensor tensor, long row, int rows, long column, int columns, float[] values, int from)
            throws IOException {
        base.readRectangle(tensor, row, rows, column, columns, values, from);
        if (adapter.weights().contains(tensor.name())) {
            adapter.add(tensor.name(), row, rows, column, columns, values, from);
        }
    }

    @Override
    public void close() throws IOException {
        try (base) {
            adapter.close();
        }
    }

    @Override
    public String toString() {
        return base + " with " + adapter;
    }
}
