package io.meshtransformer.gptj.safetensors;

import static java.util.Objects.checkFromIndexSize;

import io.meshtransformer.gptj.ModelFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;

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
    private final ElementReader elements;
    private final long bytes;
    private final SequencedMap<String, TensorEntry> entries;

    private SafetensorsFile(Path file, ElementReader elements, long bytes, SequencedMap<String, TensorEntry> entries) {
        this.file = file;
        this.elements = elements;
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
        var elements = ElementReader.open(file);
        try {
            var bytes = elements.fileBytes();
            var header = header(file, elements, bytes);
            var dataBegin = LENGTH_BYTES + header.length;
            return new SafetensorsFile(
                    file, elements, bytes, HeaderParser.parse(file, header, dataBegin, bytes - dataBegin));
        } catch (Throwable e) {
            elements.close();
            throw e;
        }
    }

    private static byte[] header(Path file, ElementReader elements, long bytes) throws IOException {
        if (bytes < LENGTH_BYTES) {
            throw invalid(file, "the file has " + bytes + " bytes, a header alone takes more: is it truncated?");
        }
        var prefix = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        elements.readBytes(prefix, 0);
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
        elements.readBytes(header, LENGTH_BYTES);
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
        if (!entry.type().isReadable()) {
            throw new IllegalArgumentException(
                    "tensor " + name + " is " + entry.type() + ", only F32, F16 and BF16 are read as weights");
        }
        elements.read(entry.type(), entry.begin() + offset * entry.type().bytes(), target, targetOffset, count);
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

    @Override
    public void close() throws IOException {
        elements.close();
    }
}
