package io.meshtransformer.pjrt.proto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes the fields of one protobuf message in the wire format; fields at their default value are left out. */
public final class ProtoWriter {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    /** An integer, or an enum's number. */
    public ProtoWriter number(int field, long value) {
        if (value != 0) {
            tag(field, VARINT);
            varint(value);
        }
        return this;
    }

    public ProtoWriter flag(int field, boolean value) {
        return number(field, value ? 1 : 0);
    }

    public ProtoWriter real(int field, double value) {
        tag(field, FIXED64);
        var bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value);
        message.writeBytes(bytes.array());
        return this;
    }

    public ProtoWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    public ProtoWriter message(int field, ProtoWriter value) {
        return bytes(field, value.toByteArray());
    }

    /** The numbers of a repeated field, packed. */
    public ProtoWriter numbers(int field, long... values) {
        var packed = new ProtoWriter();
        for (var value : values) {
            packed.varint(value);
        }
        return bytes(field, packed.toByteArray());
    }

    /** A value that must be written though it may be its type's default: a member of a oneof. */
    public ProtoWriter presentNumber(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    public byte[] toByteArray() {
        return message.toByteArray();
    }

    private ProtoWriter bytes(int field, byte[] value) {
        tag(field, BYTES);
        varint(value.length);
        message.writeBytes(value);
        return this;
    }

    private void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }

    private void varint(long value) {
        var rest = value;
        while ((rest & ~0x7FL) != 0) {
            message.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        message.write((int) rest);
    }
}
