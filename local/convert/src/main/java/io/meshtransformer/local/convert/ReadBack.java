package io.meshtransformer.local.convert;

import io.meshtransformer.gptj.safetensors.BFloat16;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.source.CopyProgress;
import io.meshtransformer.gptj.source.ModelSource;
import io.meshtransformer.gptj.source.TensorHashes;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/** Reads what was written, compares it with what it was made from, value by value, and hashes it. */
final class ReadBack {
    private static final int MOST_ELEMENTS = 1 << 22;

    private final ModelSource source;
    private final ModelSource written;
    private final DataType type;
    private final CopyProgress progress;
    private final long total;
    private long done;

    private ReadBack(ModelSource source, ModelSource written, DataType type, CopyProgress progress) {
        this.source = source;
        this.written = written;
        this.type = type;
        this.progress = progress;
        this.total =
                written.tensors().values().stream().mapToLong(Shape::elements).sum() * Float.BYTES;
    }

    /**
     * The hash of each tensor that was written, by its name.
     *
     * @param type that weights were rounded to
     * @throws ConversionException if a tensor is missing, or a value is another than the source's, rounded
     */
    static SequencedMap<String, String> hashes(
            ModelSource source, ModelSource written, DataType type, CopyProgress progress) throws IOException {
        return new ReadBack(source, written, type, progress).hashes();
    }

    private SequencedMap<String, String> hashes() throws IOException {
        for (var tensor : source.tensors().keySet()) {
            if (!written.tensors().containsKey(tensor)) {
                throw new ConversionException(name(tensor) + " is in the source and was not written");
            }
        }
        var hashes = new LinkedHashMap<String, String>();
        for (var entry : written.tensors().entrySet()) {
            hashes.put(name(entry.getKey()), hash(entry.getKey(), entry.getValue()));
        }
        return hashes;
    }

    private String hash(StateTensor tensor, Shape shape) throws IOException {
        var rows = ModelSource.rows(shape);
        var columns = (int) ModelSource.columns(shape);
        var most = Math.clamp(MOST_ELEMENTS / columns, 1, rows);
        var actual = new float[(int) most * columns];
        var expected = new float[actual.length];
        var sum = new TensorHashes.Sum();
        for (var row = 0L; row < rows; row += most) {
            var part = (int) Math.min(most, rows - row);
            written.readRectangle(tensor, row, part, 0, columns, actual, 0);
            // What only the target's layout has, such as the bias of the embedding, is zero.
            if (source.tensors().containsKey(tensor)) {
                source.readRectangle(tensor, row, part, 0, columns, expected, 0);
            }
            compare(tensor, row * columns, expected, actual, part * columns);
            sum.add(actual, part * columns);
            done += (long) part * columns * Float.BYTES;
            progress.copied(done, total);
        }
        return sum.hex();
    }

    private void compare(StateTensor tensor, long offset, float[] expected, float[] actual, int count)
            throws ConversionException {
        var rounded = tensor.kind() == Kind.PARAMETER ? type : DataType.F32;
        for (var i = 0; i < count; i++) {
            var wanted = round(expected[i], rounded);
            if (Float.floatToIntBits(wanted) != Float.floatToIntBits(actual[i])) {
                throw new ConversionException("element %d of %s is %s in what was written, it must be %s"
                        .formatted(offset + i, name(tensor), actual[i], wanted));
            }
        }
    }

    private static float round(float value, DataType type) {
        return switch (type) {
            case F32 -> value;
            case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
            case BF16 -> BFloat16.widen(BFloat16.round(value));
            case BOOL, U8, I8, F8_E4M3, F8_E5M2, F8_E8M0, I16, U16, I32, U32, I64, U64, F64, C64 ->
                throw new IllegalArgumentException("weights are not written as " + type);
        };
    }

    /** As checkpoints of runs call them: {@code first_moment/NAME}. */
    private static String name(StateTensor tensor) {
        return tensor.kind() == Kind.PARAMETER
                ? tensor.name()
                : tensor.kind().name().toLowerCase(Locale.ROOT) + "/" + tensor.name();
    }
}
