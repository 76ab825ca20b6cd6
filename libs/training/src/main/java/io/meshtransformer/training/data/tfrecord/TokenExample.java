package io.meshtransformer.training.data.tfrecord;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A {@code tf.train.Example} with one feature that counts here: {@code text}, a list of 64-bit ids, as
 * mesh-transformer-jax writes and reads it.
 *
 * <p>tensorflow/core/example/{example, feature}.proto: Example.features = 1; Features.feature = 1, a map of key = 1 and
 * value = 2; Feature.int64_list = 3; Int64List.value = 1, packed or not.
 */
public final class TokenExample {
    private static final String FEATURE = "text";
    private static final int INT64_LIST = 3;
    private static final int FIRST = 1;
    private static final int SECOND = 2;

    private TokenExample() {}

    /** @throws MalformedExampleException if the record has no such feature, or an id is not from 0 to 2^31 - 1 */
    public static int[] decode(byte[] record) throws MalformedExampleException {
        var ids = new Ids();
        var example = new ProtobufReader(ByteBuffer.wrap(record));
        while (example.hasMore()) {
            var tag = example.tag();
            if (tag == delimited(FIRST)) {
                readFeatures(new ProtobufReader(example.delimited()), ids);
            } else {
                example.skip(tag);
            }
        }
        if (!ids.found) {
            throw new MalformedExampleException("has no feature \"" + FEATURE + "\" with a list of 64-bit numbers");
        }
        return Arrays.copyOf(ids.values, ids.count);
    }

    private static void readFeatures(ProtobufReader features, Ids ids) throws MalformedExampleException {
        while (features.hasMore()) {
            var tag = features.tag();
            if (tag == delimited(FIRST)) {
                readEntry(new ProtobufReader(features.delimited()), ids);
            } else {
                features.skip(tag);
            }
        }
    }

    private static void readEntry(ProtobufReader entry, Ids ids) throws MalformedExampleException {
        var isText = false;
        var feature = ByteBuffer.allocate(0);
        while (entry.hasMore()) {
            var tag = entry.tag();
            if (tag == delimited(FIRST)) {
                isText = StandardCharsets.UTF_8
                        .decode(entry.delimited())
                        .toString()
                        .equals(FEATURE);
            } else if (tag == delimited(SECOND)) {
                feature = entry.delimited();
            } else {
                entry.skip(tag);
            }
        }
        if (isText) {
            readFeature(new ProtobufReader(feature), ids);
        }
    }

    private static void readFeature(ProtobufReader feature, Ids ids) throws MalformedExampleException {
        while (feature.hasMore()) {
            var tag = feature.tag();
            if (tag == delimited(INT64_LIST)) {
                ids.found = true;
                readList(new ProtobufReader(feature.delimited()), ids);
            } else {
                feature.skip(tag);
            }
        }
    }

    private static void readList(ProtobufReader list, Ids ids) throws MalformedExampleException {
        while (list.hasMore()) {
            var tag = list.tag();
            if (tag == delimited(FIRST)) {
                var packed = new ProtobufReader(list.delimited());
                while (packed.hasMore()) {
                    ids.add(packed.varint());
                }
            } else if (tag == (FIRST << 3 | ProtobufReader.VARINT)) {
                ids.add(list.varint());
            } else {
                list.skip(tag);
            }
        }
    }

    private static int delimited(int field) {
        return field << 3 | ProtobufReader.LENGTH_DELIMITED;
    }

    /** A record with the ids, packed, byte for byte as TensorFlow writes it. */
    public static byte[] encode(int[] ids) {
        var packed = new ByteArrayOutputStream(ids.length * 3);
        for (var id : ids) {
            writeVarint(packed, id);
        }
        var list = message(FIRST, packed.toByteArray());
        var feature = message(INT64_LIST, list);
        var entry = new ByteArrayOutputStream(feature.length + 16);
        entry.writeBytes(message(FIRST, FEATURE.getBytes(StandardCharsets.UTF_8)));
        entry.writeBytes(message(SECOND, feature));
        return message(FIRST, message(FIRST, entry.toByteArray()));
    }

    private static byte[] message(int field, byte[] content) {
        var bytes = new ByteArrayOutputStream(content.length + 8);
        writeVarint(bytes, delimited(field));
        writeVarint(bytes, content.length);
        bytes.writeBytes(content);
        return bytes.toByteArray();
    }

    private static void writeVarint(ByteArrayOutputStream bytes, int value) {
        var left = value;
        while (left > 0x7F) {
            bytes.write(left & 0x7F | 0x80);
            left >>>= 7;
        }
        bytes.write(left);
    }

    private static final class Ids {
        private int[] values = new int[4096];
        private int count;
        private boolean found;

        void add(long id) throws MalformedExampleException {
            if (id < 0 || id > Integer.MAX_VALUE) {
                throw new MalformedExampleException("has the id " + id + ": ids are from 0 to " + Integer.MAX_VALUE);
            }
            if (count == values.length) {
                values = Arrays.copyOf(values, count * 2);
            }
            values[count++] = (int) id;
        }
    }
}
