package io.meshtransformer.training.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Cuts a stream of ids into windows that don't overlap, and writes them as a set. */
public final class WindowSetWriter implements AutoCloseable {
    /** Windows of a file take at most as many bytes, unless one window alone takes more. */
    public static final long FILE_BYTES = 1 << 30;

    private static final int BUFFER_BYTES = 1 << 20;

    private final Path directory;
    private final WindowHeader form;
    private final long windowsPerFile;
    private final ByteBuffer pending;
    private final List<WindowIndex.WindowsIn> files = new ArrayList<>();
    private WindowFileWriter file;

    /**
     * @param directory that exists and is empty
     * @param windowTokens ids of a window: a sequence and the last target
     * @param vocabulary all ids are below it
     * @param tokenizer SHA-256 of the tokenizer's file, in hexadecimal
     * @param fileBytes most bytes of windows in a file, at most {@link #FILE_BYTES}
     */
    public WindowSetWriter(Path directory, int windowTokens, int vocabulary, String tokenizer, long fileBytes) {
        if (fileBytes < 1 || fileBytes > FILE_BYTES) {
            throw new IllegalArgumentException(
                    "bytes of a file: %,d must be from 1 to %,d".formatted(fileBytes, FILE_BYTES));
        }
        this.directory = directory;
        this.form = new WindowHeader(
                windowTokens, WindowHeader.idBytes(vocabulary), vocabulary, 0, tokenizer, WindowHeader.NO_HASH);
        this.windowsPerFile = Math.max(1, fileBytes / form.windowBytes());
        var windowsInBuffer = Math.max(1, BUFFER_BYTES / form.windowBytes());
        this.pending = ByteBuffer.allocateDirect(Math.toIntExact(windowsInBuffer * form.windowBytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Bytes that an id takes, 2 or 4, little-endian. */
    public int idBytes() {
        return form.idBytes();
    }

    /** @param ids in the bytes that files have, whole ids; all are taken */
    public void append(ByteBuffer ids) throws IOException {
        while (ids.hasRemaining()) {
            var part = ids.slice(ids.position(), Math.min(ids.remaining(), pending.remaining()));
            ids.position(ids.position() + part.remaining());
            pending.put(part);
            if (!pending.hasRemaining()) {
                flush();
            }
        }
    }

    /** Writes the whole windows and keeps the rest. */
    private void flush() throws IOException {
        pending.flip();
        var windows = pending.remaining() / form.windowBytes();
        while (windows > 0) {
            if (file == null) {
                file = new WindowFileWriter(directory.resolve(nextName()), form);
            }
            var now = Math.min(windows, windowsPerFile - file.windows());
            var bytes = (int) (now * form.windowBytes());
            file.write(pending.slice(pending.position(), bytes));
            pending.position(pending.position() + bytes);
            windows -= now;
            if (file.windows() == windowsPerFile) {
                completeFile();
            }
        }
        pending.compact();
    }

    private String nextName() {
        return String.format(Locale.ROOT, "windows-%05d.bin", files.size());
    }

    private void completeFile() throws IOException {
        var name = nextName();
        var header = file.complete();
        files.add(new WindowIndex.WindowsIn(name, header.windows(), header.payload()));
        file = null;
    }

    /**
     * Writes what fills windows, drops the rest and writes the index: from then on the folder is a set.
     *
     * @param documents that the ids came from
     * @throws DataException if there is no window at all
     */
    public WindowIndex complete(long documents, OptionalLong shuffleSeed, List<String> sources) throws IOException {
        flush();
        var dropped = pending.position() / form.idBytes();
        if (file != null) {
            completeFile();
        }
        var windows = files.stream().mapToLong(WindowIndex.WindowsIn::windows).sum();
        if (windows == 0) {
            throw new DataException.CannotPrepare("%,d documents have %,d tokens, and a window takes %,d"
                    .formatted(documents, dropped, form.windowTokens()));
        }
        var counts = new WindowIndex.Counts(documents, windows * form.windowTokens() + dropped, dropped);
        var index = new WindowIndex(
                form.windowTokens(), form.vocabulary(), form.tokenizer(), counts, shuffleSeed, sources, files);
        index.write(directory);
        return index;
    }

    /** Without {@link #complete} the folder is no set. */
    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
