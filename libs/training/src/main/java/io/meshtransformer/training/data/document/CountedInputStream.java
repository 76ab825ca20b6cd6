package io.meshtransformer.training.data.document;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Tells how many bytes have been read. */
final class CountedInputStream extends FilterInputStream {
    private final LongConsumer bytesRead;
    private long count;

    CountedInputStream(InputStream in, LongConsumer bytesRead) {
        super(in);
        this.bytesRead = bytesRead;
    }

    @Override
    public int read() throws IOException {
        var value = in.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        var read = in.read(bytes, offset, length);
        count(Math.max(read, 0));
        return read;
    }

    private void count(int more) {
        count += more;
        bytesRead.accept(count);
    }
}
