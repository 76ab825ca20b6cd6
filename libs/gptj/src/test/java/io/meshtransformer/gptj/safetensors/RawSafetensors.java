package io.meshtransformer.gptj.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files spelled out byte by byte, so that what the reader is tested against is the format and not our writer. */
final class RawSafetensors {
    private RawSafetensors() {}

    static Path write(Path file, String header, byte... data) {
        return write(file, header.getBytes(StandardCharsets.UTF_8).length, header, data);
    }

    static Path write(Path file, long headerLength, String header, byte... data) {
        var json = header.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(Long.BYTES + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerLength)
                .put(json)
                .put(data);
        try {
            return Files.write(file, bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
