package io.meshtransformer.training.data;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.checkIndex;

import io.meshtransformer.files.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of windows, mapped into memory. Any number of threads may read it. */
final class WindowFile {
    private static final int PIECE = 1 << 20;

    private final Path path;
    private final WindowHeader header;
    private final MappedByteBuffer windows;

    private WindowFile(Path path, WindowHeader header, MappedByteBuffer windows) {
        this.path = path;
        this.header = header;
        this.windows = windows;
    }

    /** @throws DataException if the file is missing, no file of windows, or shorter or longer than its header says */
    static WindowFile open(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            var begin = ByteBuffer.allocate(WindowHeader.BYTES);
            while (begin.hasRemaining() && channel.read(begin) >= 0) {}
            var header = WindowHeader.read(path, begin.flip());
            if (channel.size() != header.fileBytes()) {
                throw new DataException.CorruptWindows(
                        path,
                        "it has %,d bytes, and its header says %,d: %,d windows of %d ids"
                                .formatted(
                                        channel.size(), header.fileBytes(), header.windows(), header.windowTokens()));
            }
            var windows = channel.map(MapMode.READ_ONLY, WindowHeader.BYTES, header.fileBytes() - WindowHeader.BYTES);
            windows.order(ByteOrder.LITTLE_ENDIAN);
            return new WindowFile(path, header, windows);
        } catch (NoSuchFileException e) {
            throw new DataException.CorruptWindows(path, "the set's index names it, and it is not there", e);
        }
    }

    WindowHeader header() {
        return header;
    }

    void read(long window, int[] ids, int offset) {
        var tokens = header.windowTokens();
        checkIndex(window, header.windows());
        checkFromIndexSize(offset, tokens, ids.length);
        var begin = (int) (window * header.windowBytes());
        var bytes = windows.slice(begin, (int) header.windowBytes()).order(ByteOrder.LITTLE_ENDIAN);
        if (header.idBytes() == Integer.BYTES) {
            bytes.asIntBuffer().get(ids, offset, tokens);
        } else {
            var characters = bytes.asCharBuffer();
            for (var i = 0; i < tokens; i++) {
                ids[offset + i] = characters.get(i);
            }
        }
    }

    /** @throws DataException if any byte of the windows is not what it was when they were written */
    void verify() throws DataException {
        var hash = new Sha256();
        var bytes = windows.duplicate();
        while (bytes.hasRemaining()) {
            var piece = bytes.slice(bytes.position(), Math.min(PIECE, bytes.remaining()));
            bytes.position(bytes.position() + piece.remaining());
            hash.add(piece);
        }
        var found = hash.hex();
        if (!found.equals(header.payload())) {
            throw new DataException.CorruptWindows(
                    path, "its windows have SHA-256 %s, and %s was written".formatted(found, header.payload()));
        }
    }
}
