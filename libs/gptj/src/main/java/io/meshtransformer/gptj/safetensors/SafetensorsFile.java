package io.meshtransformer.gptj.safetensors;

import static java.util.Objects.checkFromIndexSize;

import io.meshtransformer.gptj.ModelFormatException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A safetensors file, read at any place by any number of threads: eight bytes with the header's length (little-endian),
 * a JSON header with type, shape and place of each tensor, then their elements in row-major order, little-endian.
 *
 * <p>Format: the README of huggingface/safetensors.
 */
public final class SafetensorsFile implements AutoCloseable {
    private static final int LENGTH_BYTES = Long.BYTES;

    /** Six times the header of the deepest model that a configuration may describe. */
    private static final int MOST_HEADER_BYTES = 1 << 25;

    private final Path file;
    private final FileChannel channel;
    private final long bytes;
    private final SequencedMap<String, TensorEntry> entries;
    private final Queue<ReadBuffer> idleBuffers = new ConcurrentLinkedQueue<>();

    private SafetensorsFile(Path file, FileChannel channel, long bytes, SequencedMap<String, TensorEntry> entries) {
        this.file = file;
        this.channel = channel;
        this.bytes = bytes;
        this.entries = Collections.unmodifiableSequencedMap(entries);
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws ModelFormatException.InvalidSafetensors if header and file do not agree; names every tensor concerned
     * @throws IOException if the file cannot be read
     */
    public static SafetensorsFile open(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            var bytes = channel.size();
            var header = header(file, channel, bytes);
            var dataBegin = LENGTH_BYTES + header.length;
            return new SafetensorsFile(
                    file, channel, bytes, HeaderParser.parse(file, header, dataBegin, bytes - dataBegin));
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    private static byte[] header(Path file, FileChannel channel, long bytes) throws IOException {
        if (bytes < LENGTH_BYTES) {
            throw invalid(file, "the file has " + bytes + " bytes, a header alone takes more: is it truncated?");
        }
        var prefix = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(file, channel, prefix, 0);
        var length = prefix.getLong(0);
        if (length < 2 || length > MOST_HEADER_BYTES) {
            throw invalid(
                    file,
                    "the header's length is " + Long.toUnsignedString(length) + ", it must be from 2 to "
                            + MOST_HEADER_BYTES + ": is this a safetensors file?");
        }
        if (length > bytes - LENGTH_BYTES) {
            throw invalid(
                    file,
                    "the header's length is " + length + ", but only " + (bytes - LENGTH_BYTES)
                            + " bytes follow: is the file truncated?");
        }
        var header = ByteBuffer.allocate((int) length);
        readFully(file, channel, header, LENGTH_BYTES);
        return header.array();
    }

    private static ModelFormatException invalid(Path file, String problem) {
        return new ModelFormatException.InvalidSafetensors(file, List.of(problem), null);
    }

    public Path file() {
        return file;
    }

    /** Size of the file. */
    public long bytes() {
        return bytes;
    }

    /** The tensors by name, in the header's order. */
    public SequencedMap<String, TensorEntry> entries() {
        return entries;
    }

    /** @throws IllegalArgumentException if the file has no such tensor */
    public TensorEntry entry(String name) {
        var entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("there is no tensor " + name + " in " + file);
        }
        return entry;
    }

    /**
     * Reads a range of a tensor's elements, widened exactly to fp32.
     *
     * @param offset first element, counted in the flattened tensor
     * @throws IllegalArgumentException if there is no such tensor, or its type is not F32, F16 or BF16
     * @throws IndexOutOfBoundsException if the range leaves the tensor or the target
     */
    public void read(String name, long offset, float[] target, int targetOffset, int count) throws IOException {
        var entry = entry(name);
        checkFromIndexSize(offset, (long) count, entry.shape().elements());
        checkFromIndexSize(targetOffset, count, target.length);
        var pooled = idleBuffers.poll();
        var buffer = pooled == null ? new ReadBuffer() : pooled;
        try {
            var elementBytes = entry.type().bytes();
            var most = ReadBuffer.BYTES / elementBytes;
            for (var done = 0; done < count; ) {
                var part = Math.min(most, count - done);
                var bytesOfPart = buffer.bytes().clear().limit(part * elementBytes);
                readFully(file, channel, bytesOfPart, entry.begin() + (offset + done) * elementBytes);
                buffer.widen(entry, part, target, targetOffset + done);
                done += part;
            }
        } finally {
            idleBuffers.add(buffer);
        }
    }

    /** A whole tensor, for those that fit an array. */
    public float[] read(String name) throws IOException {
        var elements = entry(name).shape().elements();
        if (elements > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "tensor " + name + " has " + elements + " elements, too many for one array");
        }
        var values = new float[(int) elements];
        read(name, 0, values, 0, values.length);
        return values;
    }

    private static void readFully(Path file, FileChannel channel, ByteBuffer target, long position) throws IOException {
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
