package io.meshtransformer.training.data.tfrecord;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes what {@link TfRecordReader} reads, uncompressed. */
public final class TfRecordWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 17;

    private final OutputStream out;

    public TfRecordWriter(OutputStream out) {
        this.out = new BufferedOutputStream(out, BUFFER_BYTES);
    }

    public void write(byte[] record) throws IOException {
        var header = ByteBuffer.allocate(Long.BYTES + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(record.length);
        header.putInt(MaskedCrc.of(header.slice(0, Long.BYTES)));
        out.write(header.array());
        out.write(record);
        var checksum = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.write(checksum.putInt(MaskedCrc.of(ByteBuffer.wrap(record))).array());
    }

    /** Passes on everything that was written. */
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
