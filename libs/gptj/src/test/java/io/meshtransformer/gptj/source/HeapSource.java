package io.meshtransformer.gptj.source;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.safetensors.BFloat16;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;

/** A model in memory, with values that a type holds exactly. */
public final class HeapSource extends AbstractModelSource {
    private final GptjConfig config;
    private final DataType type;
    private final long step;
    private final SequencedMap<StateTensor, Shape> tensors = new LinkedHashMap<>();
    private final Map<StateTensor, float[]> values = new LinkedHashMap<>();

    public HeapSource(GptjConfig config, DataType type, long step) {
        this.config = config;
        this.type = type;
        this.step = step;
    }

    /** Every weight, and with {@code full} the moments of each and the bias of the embedding. */
    public static HeapSource random(GptjConfig config, DataType type, boolean full, long seed) {
        var source = new HeapSource(config, type, full ? 77 : 0);
        var random = new Random(seed);
        for (var kind : full ? List.of(Kind.values()) : List.of(Kind.PARAMETER)) {
            for (var entry : ModelSource.parameters(config).entrySet()) {
                source.put(kind, entry.getKey().name(), entry.getValue(), random);
                if (full && entry.getKey().name().equals("transformer.wte.weight")) {
                    source.put(kind, StateTensor.EMBEDDING_BIAS, Shape.of(config.width()), random);
                }
            }
        }
        return source;
    }

    private void put(Kind kind, String name, Shape shape, Random random) {
        var numbers = new float[(int) shape.elements()];
        for (var i = 0; i < numbers.length; i++) {
            var value = (float) random.nextGaussian();
            numbers[i] = switch (kind == Kind.PARAMETER ? type : DataType.F32) {
                case BF16 -> BFloat16.widen(BFloat16.round(value));
                // A sixteenth is exact too, which it is not below 16 x 2^-14: biases are cut into as many copies.
                case F16 -> 16 * Float.float16ToFloat(Float.floatToFloat16(value / 16));
                default -> value;
            };
        }
        put(new StateTensor(kind, name), shape, numbers);
    }

    public void put(StateTensor tensor, Shape shape, float[] numbers) {
        tensors.put(tensor, shape);
        values.put(tensor, numbers);
    }

    public float[] values(StateTensor tensor) {
        return values.get(tensor);
    }

    @Override
    public GptjConfig config() {
        return config;
    }

    @Override
    public DataType type() {
        return type;
    }

    @Override
    public long step() {
        return step;
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return tensors;
    }

    @Override
    protected void readChecked(
            StateTensor tensor, long row, int rows, long column, int columns, float[] target, int from) {
        var width = (int) ModelSource.columns(tensors.get(tensor));
        for (var i = 0; i < rows; i++) {
            System.arraycopy(
                    values.get(tensor), (int) (row + i) * width + (int) column, target, from + i * columns, columns);
        }
    }

    @Override
    public void close() {}
}
