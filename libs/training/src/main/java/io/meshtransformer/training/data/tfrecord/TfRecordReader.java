package io.meshtransformer.training.data.tfrecord;

import io.airlift.compress.zstd.ZstdInputStream;
import io.meshtransformer.training.data.DataException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/**
 * Reads TensorFlow's record files: each record is its length (64 bits, little-endian), the masked CRC-32C of the length,
 * the bytes, and the masked CRC-32C of the bytes.
 *
 * <p>A file may be compressed as a whole. Names don't tell how: mesh-transformer-jax reads ZLIB from files that have
 * "zstd" in their names. So the first bytes decide.
 */
public final class TfRecordReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 17;
    private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;
    /** A window of 2,049 ids has under 7 KB; more than this is no record of ids. */
    private static final long MOST_BYTES = 1 << 28;

    private static final int GZIP_MAGIC = 0x8B1F;
    private static final int ZSTD_MAGIC = 0xFD2FB528;

    private final Path path;
    private final InputStream in;
    private long offset;

    private TfRecordReader(Path path, InputStream in) {
        this.path = path;
        this.in = in;
    }

    /**
     * @param path for errors
     * @param in the file's content as it is on the disk; closed with the reader
     */
    public static TfRecordReader open(Path path, InputStream in) throws IOException {
        var file = new BufferedInputStream(in, BUFFER_BYTES);
        try {
            file.mark(HEADER_BYTES);
            var begin = ByteBuffer.wrap(file.readNBytes(HEADER_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
            file.reset();
            return new TfRecordReader(path, decompressed(file, begin));
        } catch (IOException e) {
            file.close();
            throw new DataException.InvalidSource(path, "it cannot be decompressed: " + e.getMessage(), e);
        }
    }

    private static InputStream decompressed(InputStream file, ByteBuffer begin) throws IOException {
        if (begin.remaining() < HEADER_BYTES || begin.getInt(Long.BYTES) == MaskedCrc.of(begin.slice(0, Long.BYTES))) {
            return file;
        }
        if ((begin.getShort(0) & 0xFFFF) == GZIP_MAGIC) {
            return new GZIPInputStream(file, BUFFER_BYTES);
        }
        if (begin.getInt(0) == ZSTD_MAGIC) {
            return new ZstdInputStream(file);
        }
        return isZlib(begin) ? new InflaterInputStream(file) : file;
    }

    /** RFC 1950: method 8, and the first two bytes are a multiple of 31. */
    private static boolean isZlib(ByteBuffer begin) {
        var twoBytes = (begin.get(0) & 0xFF) << 8 | begin.get(1) & 0xFF;
        return (begin.get(0) & 0x0F) == 8 && twoBytes % 31 == 0;
    }

    /** Bytes of decompressed content before the next record. */
    public long offset() {
        return offset;
    }

    /**
     * The next record, null behind the last.
     *
     * @throws DataException if the file ends within a record, or a checksum is wrong
     */
    public byte[] next() throws IOException {
        var header = read(HEADER_BYTES, "a record's length");
        if (header == null) {
            return null;
        }
        requireChecksum(header.slice(0, Long.BYTES), header.getInt(Long.BYTES), "length");
        var length = header.getLong(0);
        if (length < 0 || length > MOST_BYTES) {
            throw invalid("has %,d bytes, at most %,d are read".formatted(length, MOST_BYTES), null);
        }
        var record = require(read((int) length, "a record"), "a record");
        var checksum = require(read(Integer.BYTES, "a record's checksum"), "a record's checksum");
        requireChecksum(record, checksum.getInt(0), "bytes");
        offset += HEADER_BYTES + length + Integer.BYTES;
        return record.array();
    }

    private ByteBuffer read(int count, String what) throws IOException {
        byte[] bytes;
        try {
            bytes = in.readNBytes(count);
        } catch (IOException | RuntimeException e) {
            // Decompressors throw both for damaged bytes.
            throw invalid("cannot be read: " + e.getMessage(), e);
        }
        if (bytes.length == 0 && count > 0) {
            return null;
        }
        if (bytes.length < count) {
            throw invalid("ends within %s: %,d of %,d bytes are there".formatted(what, bytes.length, count), null);
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer require(ByteBuffer bytes, String what) throws DataException {
        if (bytes == null) {
            throw invalid("ends before %s".formatted(what), null);
        }
        return bytes;
    }

    private void requireChecksum(ByteBuffer bytes, int found, String what) throws DataException {
        var expected = MaskedCrc.of(bytes);
        if (found != expected) {
            throw invalid(
                    "is damaged, or this is no file of TFRecords: the checksum of its %s is %08x, and %08x stands there"
                            .formatted(what, expected, found),
                    null);
        }
    }

    private DataException invalid(String problem, Throwable cause) {
        return new DataException.InvalidSource(path, "the record at byte %,d %s".formatted(offset, problem), cause);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
