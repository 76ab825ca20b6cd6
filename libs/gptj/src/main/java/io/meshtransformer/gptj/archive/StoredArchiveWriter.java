package io.meshtransformer.gptj.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes a zip archive of stored files, one behind the other, each in pieces of any size. Sizes are zip64 throughout, as
 * NumPy writes them, so neither a file nor the archive has a limit.
 *
 * <p>Not thread-safe.
 */
public final class StoredArchiveWriter implements AutoCloseable {
    private static final short VERSION = 45;
    private static final short IN_ZIP64_COUNT = -1;
    private static final int IN_ZIP64 = -1;
    private static final short ZIP64 = 1;
    private static final int ZIP64_LOCAL_BYTES = 2 * Short.BYTES + 2 * Long.BYTES;
    private static final int ZIP64_ENTRY_BYTES = 2 * Short.BYTES + 3 * Long.BYTES;

    /** The first of January 1980, the earliest there is: archives of equal content are equal. */
    private static final short DATE = 0x21;

    private final FileChannel channel;
    private final List<Written> written = new ArrayList<>();
    private final CRC32 crc = new CRC32();
    private long position;
    private String name;
    private long begin;
    private long dataBegin;

    private record Written(byte[] name, long bytes, long header, int crc) {}

    private StoredArchiveWriter(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws java.nio.file.FileAlreadyExistsException if there is such a file already */
    public static StoredArchiveWriter create(Path file) throws IOException {
        return new StoredArchiveWriter(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /** Begins the next file; the one before ends. */
    public void begin(String fileName) throws IOException {
        end();
        name = fileName;
        begin = position;
        write(localHeader(0, 0));
        dataBegin = position;
        crc.reset();
    }

    /** Adds the rest of a buffer to the file that was begun last. */
    public void write(ByteBuffer bytes) throws IOException {
        crc.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    private void end() throws IOException {
        if (name == null) {
            return;
        }
        var sum = (int) crc.getValue();
        var bytes = position - dataBegin;
        var header = localHeader(sum, bytes);
        for (var at = begin; header.hasRemaining(); ) {
            at += channel.write(header, at);
        }
        written.add(new Written(name.getBytes(StandardCharsets.UTF_8), bytes, begin, sum));
        name = null;
    }

    private ByteBuffer localHeader(int sum, long bytes) {
        var nameBytes = name.getBytes(StandardCharsets.UTF_8);
        return buffer(StoredArchive.LOCAL_HEADER_BYTES + nameBytes.length + ZIP64_LOCAL_BYTES)
                .putInt(StoredArchive.LOCAL_HEADER)
                .putShort(VERSION)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort(DATE)
                .putInt(sum)
                .putInt(IN_ZIP64)
                .putInt(IN_ZIP64)
                .putShort((short) nameBytes.length)
                .putShort((short) ZIP64_LOCAL_BYTES)
                .put(nameBytes)
                .putShort(ZIP64)
                .putShort((short) (2 * Long.BYTES))
                .putLong(bytes)
                .putLong(bytes)
                .flip();
    }

    /** Writes the directory, and brings the archive to the disk. */
    public void complete() throws IOException {
        end();
        var directory = position;
        for (var entry : written) {
            write(directoryEntry(entry));
        }
        write(endOfArchive(directory, position));
        channel.force(true);
    }

    private static ByteBuffer directoryEntry(Written entry) {
        return buffer(46 + entry.name().length + ZIP64_ENTRY_BYTES)
                .putInt(StoredArchive.DIRECTORY_ENTRY)
                .putShort(VERSION)
                .putShort(VERSION)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort(DATE)
                .putInt(entry.crc())
                .putInt(IN_ZIP64)
                .putInt(IN_ZIP64)
                .putShort((short) entry.name().length)
                .putShort((short) ZIP64_ENTRY_BYTES)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(IN_ZIP64)
                .put(entry.name())
                .putShort(ZIP64)
                .putShort((short) (3 * Long.BYTES))
                .putLong(entry.bytes())
                .putLong(entry.bytes())
                .putLong(entry.header())
                .flip();
    }

    private ByteBuffer endOfArchive(long directory, long directoryEnd) {
        return buffer(StoredArchive.ZIP64_END_BYTES + StoredArchive.ZIP64_LOCATOR_BYTES + StoredArchive.END_BYTES)
                .putInt(StoredArchive.ZIP64_END)
                .putLong(StoredArchive.ZIP64_END_BYTES - 12)
                .putShort(VERSION)
                .putShort(VERSION)
                .putInt(0)
                .putInt(0)
                .putLong(written.size())
                .putLong(written.size())
                .putLong(directoryEnd - directory)
                .putLong(directory)
                .putInt(StoredArchive.ZIP64_LOCATOR)
                .putInt(0)
                .putLong(directoryEnd)
                .putInt(1)
                .putInt(StoredArchive.END)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort(IN_ZIP64_COUNT)
                .putShort(IN_ZIP64_COUNT)
                .putInt(IN_ZIP64)
                .putInt(IN_ZIP64)
                .putShort((short) 0)
                .flip();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** An archive without {@link #complete()} is no archive. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
