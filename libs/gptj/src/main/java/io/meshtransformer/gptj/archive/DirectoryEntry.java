package io.meshtransformer.gptj.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A file as the directory at an archive's end has it.
 *
 * @param bytes its size, stored
 * @param header offset of the header before its bytes
 */
record DirectoryEntry(String name, long bytes, long header, int crc) {
    private static final int FIXED_BYTES = 46;
    private static final int ENCRYPTED = 1;
    private static final int ZIP64 = 1;
    private static final long IN_ZIP64 = 0xFFFFFFFFL;

    /** Takes one entry from the directory. */
    static DirectoryEntry next(Path file, ByteBuffer directory) throws IOException {
        if (directory.remaining() < FIXED_BYTES
                || directory.getInt(directory.position()) != StoredArchive.DIRECTORY_ENTRY) {
            throw StoredArchive.invalid(
                    file, "its directory is broken " + directory.remaining() + " bytes before the directory's end");
        }
        var fixed = directory.slice(directory.position(), FIXED_BYTES).order(directory.order());
        var nameBytes = Short.toUnsignedInt(fixed.getShort(28));
        var extraBytes = Short.toUnsignedInt(fixed.getShort(30));
        var commentBytes = Short.toUnsignedInt(fixed.getShort(32));
        directory.position(directory.position() + FIXED_BYTES);
        if (directory.remaining() < nameBytes + extraBytes + commentBytes) {
            throw StoredArchive.invalid(file, "its directory ends inside an entry");
        }
        var name = new byte[nameBytes];
        directory.get(name);
        var extra = directory.slice(directory.position(), extraBytes).order(directory.order());
        directory.position(directory.position() + extraBytes + commentBytes);
        return entry(file, new String(name, StandardCharsets.UTF_8), fixed, extra);
    }

    private static DirectoryEntry entry(Path file, String name, ByteBuffer fixed, ByteBuffer extra) throws IOException {
        if ((fixed.getShort(8) & ENCRYPTED) != 0) {
            throw StoredArchive.invalid(file, name + " is encrypted");
        }
        var method = fixed.getShort(10);
        if (method != 0) {
            throw StoredArchive.invalid(
                    file,
                    name + " is compressed (method " + method
                            + "); only archives without compression can be read at any place: pack it again, stored");
        }
        var stored = Integer.toUnsignedLong(fixed.getInt(20));
        var bytes = Integer.toUnsignedLong(fixed.getInt(24));
        var header = Integer.toUnsignedLong(fixed.getInt(42));
        if (bytes == IN_ZIP64 || stored == IN_ZIP64 || header == IN_ZIP64) {
            // Only those of the three that don't fit are in the field, in this order.
            var wide = zip64(file, name, extra);
            bytes = bytes == IN_ZIP64 ? next(file, name, wide) : bytes;
            stored = stored == IN_ZIP64 ? next(file, name, wide) : stored;
            header = header == IN_ZIP64 ? next(file, name, wide) : header;
        }
        if (stored != bytes || bytes < 0 || header < 0) {
            throw StoredArchive.invalid(
                    file, name + " takes " + stored + " bytes for " + bytes + ", which is not how a stored file is");
        }
        return new DirectoryEntry(name, bytes, header, fixed.getInt(16));
    }

    private static ByteBuffer zip64(Path file, String name, ByteBuffer extra) throws IOException {
        while (extra.remaining() >= 2 * Short.BYTES) {
            var kind = extra.getShort();
            var bytes = Short.toUnsignedInt(extra.getShort());
            if (bytes > extra.remaining()) {
                break;
            }
            if (kind == ZIP64) {
                return extra.slice(extra.position(), bytes).order(extra.order());
            }
            extra.position(extra.position() + bytes);
        }
        throw StoredArchive.invalid(file, name + " has no zip64 sizes, though its entry says so");
    }

    private static long next(Path file, String name, ByteBuffer wide) throws IOException {
        if (wide.remaining() < Long.BYTES) {
            throw StoredArchive.invalid(file, "the zip64 sizes of " + name + " are cut short");
        }
        return wide.getLong();
    }
}
