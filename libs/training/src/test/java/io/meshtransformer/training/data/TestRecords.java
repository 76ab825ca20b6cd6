package io.meshtransformer.training.data;

import io.meshtransformer.training.data.tfrecord.TfRecordWriter;
import io.meshtransformer.training.data.tfrecord.TokenExample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Files of ids as mesh-transformer-jax has them. */
public final class TestRecords {
    private TestRecords() {}

    public static byte[] file(int[]... records) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var writer = new TfRecordWriter(bytes)) {
            for (var ids : records) {
                writer.write(TokenExample.encode(ids));
            }
        }
        return bytes.toByteArray();
    }
}
