package io.meshtransformer.pjrt.proto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fields of a protobuf message, read from the wire format without its schema. */
public final class ProtoMessage {
    private final Map<Integer, List<Object>> fields = new HashMap<>();

    private ProtoMessage() {}

    /** @throws IllegalArgumentException if the bytes are no message */
    public static ProtoMessage read(byte[] bytes) {
        return read(ByteBuffer.wrap(bytes));
    }

    private static ProtoMessage read(ByteBuffer bytes) {
        var message = new ProtoMessage();
        var input = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        while (input.hasRemaining()) {
            var tag = varint(input);
            var value =
                    switch ((int) tag & 7) {
                        case ProtoWriter.VARINT -> (Object) varint(input);
                        case ProtoWriter.FIXED64 -> fixed(input, 8).getLong();
                        case ProtoWriter.BYTES -> fixed(input, varint(input));
                        case ProtoWriter.FIXED32 -> (long) fixed(input, 4).getInt();
                        default ->
                            throw new IllegalArgumentException(
                                    "wire type " + (tag & 7) + " at byte " + input.position());
                    };
            message.fields
                    .computeIfAbsent((int) (tag >>> 3), _ -> new ArrayList<>())
                    .add(value);
        }
        return message;
    }

    /** The number in a field, 0 if it isn't there. */
    public long number(int field) {
        return fields.get(field) == null ? 0 : (Long) fields.get(field).getLast();
    }

    /** The numbers of a repeated field, packed or not. */
    public List<Long> numbers(int field) {
        var numbers = new ArrayList<Long>();
        for (var value : fields.getOrDefault(field, List.of())) {
            if (value instanceof ByteBuffer packed) {
                var input = packed.duplicate();
                while (input.hasRemaining()) {
                    numbers.add(varint(input));
                }
            } else {
                numbers.add((Long) value);
            }
        }
        return numbers;
    }

    /** The text in a field, empty if it isn't there. */
    public String text(int field) {
        var bytes = fields.get(field);
        return bytes == null
                ? ""
                : StandardCharsets.UTF_8
                        .decode(((ByteBuffer) bytes.getLast()).duplicate())
                        .toString();
    }

    /** The message in a field, one without fields if it isn't there. */
    public ProtoMessage message(int field) {
        return fields.containsKey(field) ? messages(field).getLast() : new ProtoMessage();
    }

    public List<ProtoMessage> messages(int field) {
        return fields.getOrDefault(field, List.of()).stream()
                .map(bytes -> read((ByteBuffer) bytes))
                .toList();
    }

    private static ByteBuffer fixed(ByteBuffer input, long length) {
        if (length < 0 || length > input.remaining()) {
            throw new IllegalArgumentException(
                    "a field of " + length + " bytes where " + input.remaining() + " are left");
        }
        var value = input.slice(input.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        input.position(input.position() + (int) length);
        return value;
    }

    private static long varint(ByteBuffer input) {
        var value = 0L;
        for (var shift = 0; shift < 64; shift += 7) {
            if (!input.hasRemaining()) {
                throw new IllegalArgumentException("the message ends within a number");
            }
            var next = input.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than ten bytes");
    }
}
