package io.meshtransformer.gptj.source;

import io.meshtransformer.files.Sha256;
import io.meshtransformer.gptj.training.StateTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * SHA-256 of every tensor, over its values as little-endian fp32 in row-major order with Hugging Face's shape: the same
 * whatever layout and type the values lie in.
 */
public final class TensorHashes {
    private static final int MOST_ELEMENTS = 1 << 22;

    private TensorHashes() {}

    public static SequencedMap<StateTensor, String> of(ModelSource source, CopyProgress progress) throws IOException {
        var hashes = new LinkedHashMap<StateTensor, String>();
        var total = source.tensors().values().stream()
                .mapToLong(shape -> shape.elements() * Float.BYTES)
                .sum();
        var done = 0L;
        for (var tensor : source.tensors().keySet()) {
            var sum = new Sum();
            var shape = source.tensors().get(tensor);
            var rows = ModelSource.rows(shape);
            var columns = (int) ModelSource.columns(shape);
            var most = Math.clamp(MOST_ELEMENTS / columns, 1, rows);
            var values = new float[(int) most * columns];
            for (var row = 0L; row < rows; row += most) {
                var part = (int) Math.min(most, rows - row);
                source.readRectangle(tensor, row, part, 0, columns, values, 0);
                sum.add(values, part * columns);
                done += (long) part * columns * Float.BYTES;
                progress.copied(done, total);
            }
            hashes.put(tensor, sum.hex());
        }
        return hashes;
    }

    /** A hash in the making. */
    public static final class Sum {
        private static final int BYTES = 1 << 16;

        private final Sha256 hash = new Sha256();
        private final ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);

        public void add(float[] values, int count) {
            for (var done = 0; done < count; done += BYTES / Float.BYTES) {
                var part = Math.min(BYTES / Float.BYTES, count - done);
                bytes.clear().asFloatBuffer().put(values, done, part);
                hash.add(bytes.limit(part * Float.BYTES));
            }
        }

        public String hex() {
            return hash.hex();
        }
    }
}
