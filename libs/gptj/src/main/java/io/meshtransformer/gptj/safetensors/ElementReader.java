package io.meshtransformer.gptj.safetensors;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Elements of weights anywhere in a file, little-endian, read by any number of threads. */
public final class ElementReader implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final long fileBytes;
    private final Queue<ReadBuffer> idleBuffers = new ConcurrentLinkedQueue<>();

    private ElementReader(Path file, FileChannel channel, long fileBytes) {
        this.file = file;
        this.channel = channel;
        this.fileBytes = fileBytes;
    }

    public static ElementReader open(Path file) throws IOException {
        var channel = FileChannel.open(requireNonNull(file, "file is null"), StandardOpenOption.READ);
        try {
            return new ElementReader(file, channel, channel.size());
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    public Path file() {
        return file;
    }

    /** Size of the file when it was opened. */
    public long fileBytes() {
        return fileBytes;
    }

    /**
     * Reads elements that lie one behind the other, widened exactly to fp32.
     *
     * @param type F32, F16 or BF16
     * @param begin offset of the first element's first byte in the file
     * @throws EOFException if the file ends before
     */
    public void read(DataType type, long begin, float[] values, int from, int count) throws IOException {
        checkFromIndexSize(from, count, values.length);
        var pooled = idleBuffers.poll();
        var buffer = pooled == null ? new ReadBuffer() : pooled;
        try {
            var most = ReadBuffer.BYTES / type.bytes();
            for (var done = 0; done < count; ) {
                var part = Math.min(most, count - done);
                readBytes(buffer.bytes().clear().limit(part * type.bytes()), begin + (long) done * type.bytes());
                buffer.widen(type, part, values, from + done);
                done += part;
            }
        } finally {
            idleBuffers.add(buffer);
        }
    }

    /**
     * Fills the rest of a buffer.
     *
     * @throws EOFException if the file ends before
     */
    public void readBytes(ByteBuffer target, long position) throws IOException {
        var at = position;
        while (target.hasRemaining()) {
            var read = channel.read(target, at);
            if (read < 0) {
                throw new EOFException(file + " ended at byte " + at + " while it was read");
            }
            at += read;
        }
    }

    @Override
    public void close() throws IOException {
        idleBuffers.clear();
        channel.close();
    }
}
