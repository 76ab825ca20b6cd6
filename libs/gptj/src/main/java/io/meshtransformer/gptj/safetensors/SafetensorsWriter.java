package io.meshtransformer.gptj.safetensors;

import static java.util.Objects.checkFromIndexSize;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes a safetensors file in pieces of any size, in any order, from any number of threads.
 *
 * <p>The file grows under the name {@code NAME.partial} and takes its own name in {@link #complete()}, when every
 * element has been written and is on the disk: a file under its own name is whole.
 */
public final class SafetensorsWriter implements AutoCloseable {
    private static final int LENGTH_BYTES = Long.BYTES;

    /** Readers that map the file want elements at multiples of their size. */
    private static final int ALIGNMENT = 8;

    private final Path file;
    private final Path partial;
    private final FileChannel channel;
    private final SequencedMap<String, TensorEntry> entries;
    private final Map<String, AtomicLong> missingElements = new HashMap<>();
    private final Queue<WriteBuffer> idleBuffers = new ConcurrentLinkedQueue<>();

    private final FileHash hash;

    private SafetensorsWriter(
            Path file, Path partial, FileChannel channel, SequencedMap<String, TensorEntry> entries, FileHash hash) {
        this.file = file;
        this.partial = partial;
        this.channel = channel;
        this.entries = entries;
        this.hash = hash;
        entries.forEach((name, entry) ->
                missingElements.put(name, new AtomicLong(entry.shape().elements())));
    }

    /**
     * Begins a file and writes its header.
     *
     * @throws FileAlreadyExistsException if the file, or an unfinished one under its partial name, is there already
     */
    public static SafetensorsWriter create(Path file, SequencedMap<String, TensorSpecification> tensors)
            throws IOException {
        return create(file, tensors, null);
    }

    /**
     * Begins a file whose tensors are written in the order given, each from its first element to its last, by one thread
     * at a time, and hashed on their way: what {@link #sha256} says is of the bytes that were meant, not of what came back
     * from a disk.
     *
     * @throws FileAlreadyExistsException if the file, or an unfinished one under its partial name, is there already
     */
    public static SafetensorsWriter createInOrder(Path file, SequencedMap<String, TensorSpecification> tensors)
            throws IOException {
        return create(file, tensors, new FileHash());
    }

    private static SafetensorsWriter create(Path file, SequencedMap<String, TensorSpecification> tensors, FileHash hash)
            throws IOException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        var header = header(tensors);
        var partial = file.resolveSibling(file.getFileName() + ".partial");
        var channel = FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            var begin = ByteBuffer.allocate(LENGTH_BYTES + header.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .put(header)
                    .flip();
            var writer =
                    new SafetensorsWriter(file, partial, channel, entries(tensors, LENGTH_BYTES + header.length), hash);
            writer.put(begin, 0);
            return writer;
        } catch (Throwable e) {
            channel.close();
            Files.delete(partial);
            throw e;
        }
    }

    private static byte[] header(SequencedMap<String, TensorSpecification> tensors) throws IOException {
        var mapper = new JsonMapper();
        var json = mapper.createObjectNode();
        // transformers refuses a file that does not say which library's layout it has.
        json.putObject("__metadata__").put("format", "pt");
        entries(tensors, 0).forEach((name, entry) -> {
            var tensor = json.putObject(name);
            tensor.put("dtype", entry.type().name());
            var shape = tensor.putArray("shape");
            entry.shape().dimensions().forEach(shape::add);
            tensor.putArray("data_offsets").add(entry.begin()).add(entry.end());
        });
        var text = new StringBuilder(mapper.writeValueAsString(json));
        var bytes = text.toString().getBytes(StandardCharsets.UTF_8).length;
        text.repeat(' ', -bytes & ALIGNMENT - 1);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static SequencedMap<String, TensorEntry> entries(
            SequencedMap<String, TensorSpecification> tensors, long dataBegin) {
        var entries = new LinkedHashMap<String, TensorEntry>();
        var at = dataBegin;
        for (var tensor : tensors.entrySet()) {
            var name = tensor.getKey();
            var specification = tensor.getValue();
            var end = Math.addExact(at, specification.bytes());
            entries.put(name, new TensorEntry(name, specification.type(), specification.shape(), at, end));
            at = end;
        }
        return entries;
    }

    /**
     * Writes a range of a tensor's elements, rounded to nearest, ties to even.
     *
     * @param offset first element, counted in the flattened tensor; each element must be written once
     * @throws IllegalArgumentException if there is no such tensor, or a finite value would become infinite
     * @throws IndexOutOfBoundsException if the range leaves the tensor or the values
     */
    public void write(String name, long offset, float[] values, int from, int count) throws IOException {
        var entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("no tensor " + name + " was announced for " + file);
        }
        checkFromIndexSize(offset, (long) count, entry.shape().elements());
        checkFromIndexSize(from, count, values.length);
        var pooled = idleBuffers.poll();
        var buffer = pooled == null ? new WriteBuffer() : pooled;
        var elementBytes = entry.type().bytes();
        var most = WriteBuffer.BYTES / elementBytes;
        for (var done = 0; done < count; ) {
            var part = Math.min(most, count - done);
            put(
                    buffer.narrow(name, entry.type(), values, from + done, part),
                    entry.begin() + (offset + done) * elementBytes);
            done += part;
        }
        idleBuffers.add(buffer);
        missingElements.get(name).addAndGet(-count);
    }

    private void put(ByteBuffer bytes, long position) throws IOException {
        if (hash != null) {
            hash.add(bytes.duplicate(), position, file);
        }
        var at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /** @throws IllegalStateException if not every element has been written exactly once; names every such tensor */
    public void requireWhole() {
        var unfinished = entries.keySet().stream()
                .filter(name -> missingElements.get(name).get() != 0)
                .map(name -> name + " (" + missingElements.get(name).get() + " elements left)")
                .toList();
        if (!unfinished.isEmpty()) {
            throw new IllegalStateException("not every element of " + file + " has been written once: " + unfinished);
        }
    }

    /**
     * Brings the file to the disk and gives it its name.
     *
     * @throws IllegalStateException if not every element has been written exactly once; names every such tensor
     */
    public void complete() throws IOException {
        requireWhole();
        channel.force(true);
        channel.close();
        DurableFiles.rename(partial, file);
    }

    public Path file() {
        return file;
    }

    /**
     * Of the whole file, in hexadecimal digits, once all is written.
     *
     * @throws IllegalStateException if the file was not begun by {@link #createInOrder}, or is not whole
     */
    public String sha256() {
        requireWhole();
        if (hash == null) {
            throw new IllegalStateException(file + " was not written in order, it has no hash");
        }
        return hash.hex();
    }

    /** Without {@link #complete()} nothing of the file remains. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(partial);
    }
}
