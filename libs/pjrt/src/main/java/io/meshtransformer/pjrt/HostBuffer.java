package io.meshtransformer.pjrt;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/**
 * Memory outside the Java heap, aligned so that the CPU plugin can compute on it in place. It is freed when it is closed
 * and no {@link Buffer} or transfer uses it any more. All access is checked against its bounds.
 *
 * <p>Several threads may use it, but nobody orders their reads and writes, nor those of a device that was lent it.
 */
public final class HostBuffer extends NativeHandle {
    /** XLA on CPUs computes in place only on memory aligned so. */
    private static final int ALIGNMENT = 64;

    private static final int CHANNEL_WINDOW = 1 << 20;

    private final Memory allocation;
    private final long bytes;

    private HostBuffer(Memory allocation, Pointer aligned, long bytes) {
        super(null, aligned, null);
        this.allocation = allocation;
        this.bytes = bytes;
    }

    /** Zeroed memory. */
    public static HostBuffer allocate(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a host buffer of " + bytes + " bytes");
        }
        var padded = (Math.max(1, bytes) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        var allocation = new Memory(padded + ALIGNMENT);
        allocation.clear();
        var misaligned = Pointer.nativeValue(allocation) % ALIGNMENT;
        return new HostBuffer(allocation, allocation.share((ALIGNMENT - misaligned) % ALIGNMENT, padded), bytes);
    }

    public long bytes() {
        return bytes;
    }

    public void write(long offset, byte[] values) {
        try (var use = use(offset, values.length, 1)) {
            use.pointer().write(offset, values, 0, values.length);
        }
    }

    public void write(long offset, short[] values) {
        try (var use = use(offset, values.length, Short.BYTES)) {
            use.pointer().write(offset, values, 0, values.length);
        }
    }

    public void write(long offset, int[] values) {
        try (var use = use(offset, values.length, Integer.BYTES)) {
            use.pointer().write(offset, values, 0, values.length);
        }
    }

    public void write(long offset, long[] values) {
        try (var use = use(offset, values.length, Long.BYTES)) {
            use.pointer().write(offset, values, 0, values.length);
        }
    }

    public void write(long offset, float[] values) {
        try (var use = use(offset, values.length, Float.BYTES)) {
            use.pointer().write(offset, values, 0, values.length);
        }
    }

    public void read(long offset, byte[] values) {
        try (var use = use(offset, values.length, 1)) {
            use.pointer().read(offset, values, 0, values.length);
        }
    }

    public void read(long offset, short[] values) {
        try (var use = use(offset, values.length, Short.BYTES)) {
            use.pointer().read(offset, values, 0, values.length);
        }
    }

    public void read(long offset, int[] values) {
        try (var use = use(offset, values.length, Integer.BYTES)) {
            use.pointer().read(offset, values, 0, values.length);
        }
    }

    public void read(long offset, long[] values) {
        try (var use = use(offset, values.length, Long.BYTES)) {
            use.pointer().read(offset, values, 0, values.length);
        }
    }

    public void read(long offset, float[] values) {
        try (var use = use(offset, values.length, Float.BYTES)) {
            use.pointer().read(offset, values, 0, values.length);
        }
    }

    /** Reads as many values as {@code count} into a part of an array, from {@code index} on. */
    public void read(long offset, float[] values, int index, int count) {
        Objects.checkFromIndexSize(index, count, values.length);
        try (var use = use(offset, count, Float.BYTES)) {
            use.pointer().read(offset, values, index, count);
        }
    }

    /**
     * Fills a range from a channel, a checkpoint's file for example.
     *
     * @throws EOFException if the channel ends before
     */
    public void readFrom(ReadableByteChannel channel, long offset, long count) throws IOException {
        try (var use = use(offset, count, 1)) {
            for (var done = 0L; done < count; ) {
                var read = channel.read(window(use, offset + done, count - done));
                if (read < 0) {
                    throw new EOFException("the channel ended after " + done + " of " + count + " bytes");
                }
                done += read;
            }
        }
    }

    /** Writes a range to a channel. */
    public void writeTo(WritableByteChannel channel, long offset, long count) throws IOException {
        try (var use = use(offset, count, 1)) {
            for (var done = 0L; done < count; ) {
                done += channel.write(window(use, offset + done, count - done));
            }
        }
    }

    private static ByteBuffer window(Use use, long offset, long remaining) {
        return use.pointer().getByteBuffer(offset, Math.min(remaining, CHANNEL_WINDOW));
    }

    /** Holds the buffer for access to a range that lies in it. */
    Use use(long offset, long count, int width) {
        if (offset < 0 || count > (bytes - offset) / width) {
            throw new IndexOutOfBoundsException(
                    count + " values of " + width + " bytes at byte " + offset + " of " + bytes);
        }
        return use();
    }

    @Override
    String what() {
        return "the host buffer";
    }

    @Override
    void destroy(Pointer object) {
        allocation.close();
    }
}
