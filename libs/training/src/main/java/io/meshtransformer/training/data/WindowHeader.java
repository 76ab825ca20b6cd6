package io.meshtransformer.training.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * What the first {@value #BYTES} bytes of a file of windows say, little-endian: magic, version, ids of a window, bytes of
 * an id, vocabulary (32 bits each behind the magic's 8 bytes), windows (64 bits), SHA-256 of the tokenizer, SHA-256 of
 * all that follows the header; in the last four bytes the CRC-32C of all before them.
 *
 * @param windowTokens ids of a window: a sequence and the last target
 * @param idBytes 2 (unsigned) or 4
 * @param vocabulary all ids are below it
 * @param windows in this file
 * @param tokenizer SHA-256 of the tokenizer's file, in hexadecimal
 * @param payload SHA-256 of the windows, in hexadecimal
 */
record WindowHeader(int windowTokens, int idBytes, int vocabulary, long windows, String tokenizer, String payload) {
    static final int BYTES = 128;

    /** In the place of a hash that is not known yet. */
    static final String NO_HASH = "0".repeat(64);

    private static final int CHECKSUM_AT = BYTES - Integer.BYTES;
    private static final byte[] MAGIC = "MTJWINDO".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HASH_BYTES = 32;
    private static final HexFormat HEX = HexFormat.of();

    /** Least bytes that hold every id of a vocabulary. */
    static int idBytes(int vocabulary) {
        return vocabulary <= 1 << Character.SIZE ? Character.BYTES : Integer.BYTES;
    }

    long windowBytes() {
        return (long) windowTokens * idBytes;
    }

    long fileBytes() {
        return BYTES + windows * windowBytes();
    }

    ByteBuffer bytes() {
        var bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).putInt(VERSION).putInt(windowTokens).putInt(idBytes).putInt(vocabulary);
        bytes.putLong(windows).put(HEX.parseHex(tokenizer)).put(HEX.parseHex(payload));
        return bytes.putInt(CHECKSUM_AT, checksum(bytes)).rewind();
    }

    /** @param bytes the file's first {@value #BYTES}, or fewer if it is shorter */
    static WindowHeader read(Path file, ByteBuffer bytes) throws DataException {
        if (bytes.remaining() < BYTES) {
            throw new DataException.CorruptWindows(
                    file, "it has %d bytes, a header alone has %d".formatted(bytes.remaining(), BYTES));
        }
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        var magic = new byte[MAGIC.length];
        bytes.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new DataException.CorruptWindows(
                    file, "it begins with %s and not with %s: no file of windows".formatted(hex(magic), hex(MAGIC)));
        }
        var version = bytes.getInt();
        if (version != VERSION) {
            throw new DataException.CorruptWindows(
                    file, "its format has version %d, this program reads %d".formatted(version, VERSION));
        }
        var windowTokens = bytes.getInt();
        var idBytes = bytes.getInt();
        var vocabulary = bytes.getInt();
        var windows = bytes.getLong();
        var header = new WindowHeader(windowTokens, idBytes, vocabulary, windows, hash(bytes), hash(bytes));
        var expected = checksum(bytes);
        var found = bytes.getInt(CHECKSUM_AT);
        if (found != expected) {
            throw new DataException.CorruptWindows(
                    file,
                    "its header is damaged: checksum %08x, and %08x is that of its bytes".formatted(found, expected));
        }
        return header;
    }

    private static String hash(ByteBuffer bytes) {
        var hash = new byte[HASH_BYTES];
        bytes.get(hash);
        return hex(hash);
    }

    private static String hex(byte[] bytes) {
        return HEX.formatHex(bytes);
    }

    private static int checksum(ByteBuffer bytes) {
        var checksum = new CRC32C();
        checksum.update(bytes.duplicate().position(0).limit(CHECKSUM_AT));
        return (int) checksum.getValue();
    }
}
