package io.meshtransformer.training.data.tfrecord;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** TensorFlow's checksum of a record: CRC-32C, rotated and offset so that it can itself be part of checked bytes. */
final class MaskedCrc {
    private static final int ROTATION = 15;
    private static final int OFFSET = 0xA282EAD8;

    private MaskedCrc() {}

    /** Of the buffer's remaining bytes; its position stays. */
    static int of(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes.duplicate());
        return Integer.rotateRight((int) crc.getValue(), ROTATION) + OFFSET;
    }
}
