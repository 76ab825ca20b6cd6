package io.meshtransformer.training.data.tfrecord;

import java.nio.ByteBuffer;

/** As much of Protocol Buffers' wire format as an Example takes. */
final class ProtobufReader {
    static final int VARINT = 0;
    static final int LENGTH_DELIMITED = 2;

    private static final int FIXED_64 = 1;
    private static final int FIXED_32 = 5;
    private static final int MOST_VARINT_BYTES = 10;

    private final ByteBuffer bytes;

    ProtobufReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    /** Field number times 8 plus wire type. */
    int tag() throws MalformedExampleException {
        var tag = varint();
        if (tag <= 0 || tag > Integer.MAX_VALUE) {
            throw new MalformedExampleException("is no protocol buffer: it has the tag " + tag);
        }
        return (int) tag;
    }

    long varint() throws MalformedExampleException {
        var value = 0L;
        for (var i = 0; i < MOST_VARINT_BYTES; i++) {
            if (!bytes.hasRemaining()) {
                throw new MalformedExampleException("is no protocol buffer: it ends within a number");
            }
            var next = bytes.get();
            value |= (long) (next & 0x7F) << 7 * i;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedExampleException("is no protocol buffer: it has a number of more than 10 bytes");
    }

    /** A message within this one, a text or packed numbers. */
    ByteBuffer delimited() throws MalformedExampleException {
        var length = varint();
        if (length < 0 || length > bytes.remaining()) {
            throw new MalformedExampleException("is no protocol buffer: a field has %,d bytes, and %,d are left"
                    .formatted(length, bytes.remaining()));
        }
        var field = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        return field;
    }

    void skip(int tag) throws MalformedExampleException {
        switch (tag & 7) {
            case VARINT -> varint();
            case LENGTH_DELIMITED -> delimited();
            case FIXED_64 -> skipBytes(Long.BYTES);
            case FIXED_32 -> skipBytes(Integer.BYTES);
            default -> throw new MalformedExampleException("is no protocol buffer: it has the wire type " + (tag & 7));
        }
    }

    private void skipBytes(int count) throws MalformedExampleException {
        if (bytes.remaining() < count) {
            throw new MalformedExampleException("is no protocol buffer: it ends within a number");
        }
        bytes.position(bytes.position() + count);
    }
}
