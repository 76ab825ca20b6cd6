package io.meshtransformer.training.data.prepare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The ids of all documents in the sources' order, on the disk, so that documents can be taken in any order without being
 * held in memory: one file with ids as windows have them, another with the place where each document ends.
 */
final class Spill implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;

    private final FileChannel ids;
    private final FileChannel ends;
    private final int idBytes;
    private final ByteBuffer idBuffer;
    private final ByteBuffer endBuffer = buffer();
    private final ByteBuffer bounds = ByteBuffer.allocateDirect(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long written;
    private long begin;
    private long documents;

    /** @param directory of the two files, which are for the caller to delete */
    Spill(Path directory, int idBytes) throws IOException {
        this.ids = open(directory.resolve("documents.ids"));
        this.ends = open(directory.resolve("documents.ends"));
        this.idBytes = idBytes;
        this.idBuffer = buffer();
        // Document 0 begins where one before it would have ended.
        endBuffer.putLong(0);
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Adds to the document at the end. */
    void append(int[] more) throws IOException {
        for (var id : more) {
            append(id);
        }
    }

    void append(int id) throws IOException {
        if (!idBuffer.hasRemaining()) {
            flush(ids, idBuffer, written * idBytes - idBuffer.position());
        }
        if (idBytes == Integer.BYTES) {
            idBuffer.putInt(id);
        } else {
            idBuffer.putChar((char) id);
        }
        written++;
    }

    /** Whether the document at the end has no id yet. */
    boolean isEmpty() {
        return written == begin;
    }

    void endDocument() throws IOException {
        if (!endBuffer.hasRemaining()) {
            flush(ends, endBuffer, (documents + 1) * Long.BYTES - endBuffer.position());
        }
        endBuffer.putLong(written);
        documents++;
        begin = written;
    }

    /** Forgets the document at the end. */
    void abandonDocument() throws IOException {
        flush(ids, idBuffer, written * idBytes - idBuffer.position());
        written = begin;
    }

    long documents() {
        return documents;
    }

    /** Of all documents that ended. */
    long tokens() {
        return begin;
    }

    /** Must come between the last document and the first {@link #copy}. */
    void complete() throws IOException {
        flush(ids, idBuffer, written * idBytes - idBuffer.position());
        flush(ends, endBuffer, (documents + 1) * Long.BYTES - endBuffer.position());
    }

    /** Takes bytes of ids. */
    interface Sink {
        void append(ByteBuffer ids) throws IOException;
    }

    void copy(long document, Sink sink) throws IOException {
        read(ends, bounds.clear(), document * Long.BYTES);
        var at = bounds.getLong(0) * idBytes;
        var end = bounds.getLong(Long.BYTES) * idBytes;
        while (at < end) {
            idBuffer.clear().limit((int) Math.min(BUFFER_BYTES, end - at));
            read(ids, idBuffer, at);
            at += idBuffer.flip().remaining();
            sink.append(idBuffer);
        }
    }

    private static void read(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("a temporary file of documents is shorter than what was written to it");
            }
        }
    }

    private static void flush(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        bytes.flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes, position + bytes.position());
        }
        bytes.clear();
    }

    @Override
    public void close() throws IOException {
        ids.close();
        ends.close();
    }
}
