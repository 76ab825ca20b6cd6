package io.meshtransformer.evaluation.task;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Lines of a source that are not blank, one after the other. Not for several threads. */
final class Lines implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final String name;
    private final int longest;
    private byte[] bytes = new byte[1 << 12];
    private int number;

    /**
     * @param offset of a line's first byte
     * @param number of that line, from 1
     * @param longest line in bytes
     */
    Lines(LineSource source, long offset, int number, int longest) {
        this.name = source.name();
        this.number = number - 1;
        this.longest = longest;
        try {
            this.in = new BufferedInputStream(source.open(offset), BUFFER);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " can't be read: " + e, e);
        }
    }

    /**
     * A line without its end.
     *
     * @param bytes valid until the next line is read
     */
    record Line(int number, byte[] bytes, int length) {}

    /**
     * @throws TaskException.MalformedDocument if the line is longer than the longest
     * @throws TaskException.DataUnavailable if the source has ended
     */
    Line next() {
        while (true) {
            var length = read();
            number++;
            for (var i = 0; i < length; i++) {
                if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                    return new Line(number, bytes, length);
                }
            }
        }
    }

    private int read() {
        try {
            var length = 0;
            for (var next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0 && length == 0) {
                    throw new TaskException.DataUnavailable(
                            name + " is shorter than it was, it ends at line " + number, null);
                }
                if (next < 0) {
                    break;
                }
                if (length == longest) {
                    throw new TaskException.MalformedDocument(
                            name + ", line " + (number + 1) + " has more than " + longest + " bytes", null);
                }
                if (length == bytes.length) {
                    bytes = Arrays.copyOf(bytes, Math.min(longest, 2 * length));
                }
                bytes[length++] = (byte) next;
            }
            return length;
        } catch (IOException e) {
            throw new UncheckedIOException(name + " can't be read: " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " can't be closed: " + e, e);
        }
    }
}
