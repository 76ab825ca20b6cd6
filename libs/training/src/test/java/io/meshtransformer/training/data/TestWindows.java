package io.meshtransformer.training.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Small sets of windows. */
final class TestWindows {
    static final String TOKENIZER = "ab".repeat(32);

    private TestWindows() {}

    /** Writes ids as a set with windows of so many ids. */
    static Path write(Path directory, int windowTokens, int vocabulary, long fileBytes, int... ids) throws IOException {
        Files.createDirectories(directory);
        try (var writer = new WindowSetWriter(directory, windowTokens, vocabulary, TOKENIZER, fileBytes)) {
            var bytes = ByteBuffer.allocate(ids.length * writer.idBytes()).order(ByteOrder.LITTLE_ENDIAN);
            for (var id : ids) {
                if (writer.idBytes() == Integer.BYTES) {
                    bytes.putInt(id);
                } else {
                    bytes.putChar((char) id);
                }
            }
            writer.append(bytes.flip());
            writer.complete(1, OptionalLong.empty(), List.of("ids"));
        }
        return directory;
    }

    /** As many windows, all of whose ids are the window's number. */
    static Path numbered(Path directory, int windowTokens, int windows) throws IOException {
        var ids = IntStream.range(0, windowTokens * windows)
                .map(i -> i / windowTokens)
                .toArray();
        return write(directory, windowTokens, 50_000, 100, ids);
    }
}
