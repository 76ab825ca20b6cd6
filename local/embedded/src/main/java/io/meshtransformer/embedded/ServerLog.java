package io.meshtransformer.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file a server process writes to; begun anew at a start when it has grown past 10 MB. */
record ServerLog(Path file) {
    private static final long MOST_BYTES = 10L << 20;
    private static final int LAST_LINES = 5;

    static ServerLog in(Path file) {
        try {
            if (Files.exists(file) && Files.size(file) > MOST_BYTES) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new EmbeddedException("the log " + file + " cannot be begun: " + e, e);
        }
        return new ServerLog(file);
    }

    ProcessBuilder.Redirect redirect() {
        return ProcessBuilder.Redirect.appendTo(file.toFile());
    }

    String lastWords() {
        try {
            var lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            return "none (" + e + ")";
        }
    }
}
