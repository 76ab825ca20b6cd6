package io.meshtransformer.gptj.archive;

import io.meshtransformer.gptj.ModelFormatException;
import io.meshtransformer.gptj.safetensors.ElementReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;

/**
 * A zip archive whose files are stored without compression, so that any place of any file can be read by itself.
 *
 * <p>Sizes and places are taken from the directory at the archive's end: where the archive was written as a stream, they
 * are not in the headers before the files (data descriptors). Format: PKWARE's APPNOTE, sections 4.3 and 4.5.3 (zip64).
 */
public final class StoredArchive implements AutoCloseable {
    static final int LOCAL_HEADER = 0x04034b50;
    static final int LOCAL_HEADER_BYTES = 30;
    static final int DIRECTORY_ENTRY = 0x02014b50;
    static final int END = 0x06054b50;
    static final int END_BYTES = 22;
    static final int ZIP64_END = 0x06064b50;
    static final int ZIP64_END_BYTES = 56;
    static final int ZIP64_LOCATOR = 0x07064b50;
    static final int ZIP64_LOCATOR_BYTES = 20;

    private static final int MOST_COMMENT_BYTES = 0xFFFF;
    private static final int CHUNK = 1 << 20;

    private final ElementReader reader;
    private final SequencedMap<String, StoredEntry> entries;

    private StoredArchive(ElementReader reader, SequencedMap<String, StoredEntry> entries) {
        this.reader = reader;
        this.entries = Collections.unmodifiableSequencedMap(entries);
    }

    /**
     * Opens an archive and finds its files.
     *
     * @throws ModelFormatException.InvalidArchive if it is truncated or no zip archive, or a file in it is compressed,
     *     encrypted or there twice
     */
    public static StoredArchive open(Path file) throws IOException {
        var reader = ElementReader.open(file);
        try {
            return new StoredArchive(reader, new Opener(reader).entries());
        } catch (Throwable e) {
            reader.close();
            throw e;
        }
    }

    public Path file() {
        return reader.file();
    }

    /** The files by name, in the directory's order. */
    public SequencedMap<String, StoredEntry> entries() {
        return entries;
    }

    public ElementReader reader() {
        return reader;
    }

    /** A whole file of the archive; {@code most} says how large it may be. */
    public byte[] bytes(StoredEntry entry, int most) throws IOException {
        if (entry.bytes() > most) {
            throw invalid(
                    file(), entry.name() + " has " + entry.bytes() + " bytes, at most " + most + " are read of it");
        }
        var bytes = ByteBuffer.allocate((int) entry.bytes());
        reader.readBytes(bytes, entry.begin());
        return bytes.array();
    }

    /** Bytes of all files in it together. */
    public long entryBytes() {
        return entries.values().stream().mapToLong(StoredEntry::bytes).sum();
    }

    /**
     * Reads every file and compares it with its checksum.
     *
     * @param heard gets the number of bytes read, again and again
     * @throws ModelFormatException.InvalidArchive if one is not what was written; names it
     */
    public void verify(LongConsumer heard) throws IOException {
        var bytes = ByteBuffer.allocateDirect(CHUNK);
        for (var entry : entries.values()) {
            var sum = new CRC32();
            for (var done = 0L; done < entry.bytes(); ) {
                bytes.clear().limit((int) Math.min(CHUNK, entry.bytes() - done));
                reader.readBytes(bytes, entry.begin() + done);
                done += bytes.position();
                heard.accept(bytes.position());
                sum.update(bytes.flip());
            }
            if ((int) sum.getValue() != entry.crc()) {
                throw invalid(
                        file(),
                        "%s is not what was written: its CRC-32 is %08x, the archive says %08x"
                                .formatted(entry.name(), (int) sum.getValue(), entry.crc()));
            }
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    static ModelFormatException invalid(Path file, String problem) {
        return new ModelFormatException.InvalidArchive(file, List.of(problem), null);
    }

    /** Reads the directory at the archive's end. */
    private static final class Opener {
        private static final int MOST_DIRECTORY_BYTES = 1 << 26;

        private final ElementReader reader;
        private final Path file;

        Opener(ElementReader reader) {
            this.reader = reader;
            this.file = reader.file();
        }

        SequencedMap<String, StoredEntry> entries() throws IOException {
            var directory = directory();
            var entries = new LinkedHashMap<String, StoredEntry>();
            while (directory.bytes().hasRemaining()) {
                var entry = DirectoryEntry.next(file, directory.bytes());
                var stored = new StoredEntry(entry.name(), dataBegin(entry), entry.bytes(), entry.crc());
                if (stored.begin() + stored.bytes() > directory.begin()) {
                    throw invalid(
                            file,
                            entry.name() + " ends at byte " + (stored.begin() + stored.bytes())
                                    + ", behind the archive's files, which end at " + directory.begin());
                }
                if (entries.put(entry.name(), stored) != null) {
                    throw invalid(file, entry.name() + " is in the archive twice");
                }
            }
            if (entries.size() != directory.files()) {
                throw invalid(
                        file,
                        "the archive's directory has " + entries.size() + " files, its end says " + directory.files());
            }
            return entries;
        }

        private record Directory(ByteBuffer bytes, long begin, long files) {}

        private Directory directory() throws IOException {
            var fileBytes = reader.fileBytes();
            var tail = read(Math.max(0, fileBytes - END_BYTES - MOST_COMMENT_BYTES), fileBytes);
            var end = tail.limit() - END_BYTES;
            while (end >= 0 && tail.getInt(end) != END) {
                end--;
            }
            if (end < 0) {
                throw invalid(file, "it has no end of a zip archive: is it truncated?");
            }
            long files = Short.toUnsignedInt(tail.getShort(end + 10));
            var bytes = Integer.toUnsignedLong(tail.getInt(end + 12));
            var begin = Integer.toUnsignedLong(tail.getInt(end + 16));
            var locator = end - ZIP64_LOCATOR_BYTES;
            if (locator >= 0 && tail.getInt(locator) == ZIP64_LOCATOR) {
                var at = tail.getLong(locator + 8);
                var zip64 = read(at, at + ZIP64_END_BYTES);
                if (zip64.getInt(0) != ZIP64_END) {
                    throw invalid(file, "there is no zip64 end at byte " + at + ", where its locator points");
                }
                files = zip64.getLong(32);
                bytes = zip64.getLong(40);
                begin = zip64.getLong(48);
            }
            if (bytes < 0 || bytes > MOST_DIRECTORY_BYTES) {
                throw invalid(
                        file,
                        "the archive's directory has " + bytes + " bytes, at most " + MOST_DIRECTORY_BYTES
                                + " are read");
            }
            return new Directory(read(begin, begin + bytes), begin, files);
        }

        /** Name and extra field before a file's bytes may differ from those in the directory. */
        private long dataBegin(DirectoryEntry entry) throws IOException {
            var header = read(entry.header(), entry.header() + LOCAL_HEADER_BYTES);
            if (header.getInt(0) != LOCAL_HEADER) {
                throw invalid(
                        file,
                        "there is no header of " + entry.name() + " at byte " + entry.header() + " of the archive");
            }
            return entry.header()
                    + LOCAL_HEADER_BYTES
                    + Short.toUnsignedInt(header.getShort(26))
                    + Short.toUnsignedInt(header.getShort(28));
        }

        private ByteBuffer read(long begin, long end) throws IOException {
            if (begin < 0 || end > reader.fileBytes()) {
                throw invalid(
                        file,
                        "its directory points to byte " + end + ", the file has " + reader.fileBytes()
                                + ": is it truncated?");
            }
            var bytes = ByteBuffer.allocate((int) (end - begin)).order(ByteOrder.LITTLE_ENDIAN);
            try {
                reader.readBytes(bytes, begin);
            } catch (EOFException e) {
                throw new ModelFormatException.InvalidArchive(file, List.of("it was cut short while it was read"), e);
            }
            return bytes.flip();
        }
    }
}
