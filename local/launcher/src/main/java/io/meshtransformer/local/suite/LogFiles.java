package io.meshtransformer.local.suite;

import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Log files as files: one earlier generation is kept, and their ends can be read without the rest. */
public final class LogFiles {
    private static final long ROTATE_BYTES = 10L << 20;
    private static final int TAIL_BYTES = 64 << 10;

    private LogFiles() {}

    /** Puts every long log aside as NAME.1, in place of the one before. */
    static void rotateAll(Path logs) {
        try (var files = Files.newDirectoryStream(logs, "*.log")) {
            files.forEach(LogFiles::rotate);
        } catch (IOException e) {
            throw new LauncherException("the logs in " + logs + " can't be looked at: " + e, e);
        }
    }

    private static void rotate(Path log) {
        try {
            if (Files.exists(log) && Files.size(log) > ROTATE_BYTES) {
                Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new LauncherException("the log " + log + " can't be put aside: " + e, e);
        }
    }

    /** The last lines, at most so many; none where there is no file. */
    public static List<String> tail(Path log, int lines) {
        if (!Files.exists(log)) {
            return List.of();
        }
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            var from = Math.max(0, file.length() - TAIL_BYTES);
            file.seek(from);
            var bytes = new byte[(int) (file.length() - from)];
            file.readFully(bytes);
            var all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return all.subList(Math.max(0, all.size() - lines), all.size());
        } catch (IOException e) {
            throw new LauncherException("the log " + log + " can't be read: " + e, e);
        }
    }

    /** The line that says why a service failed: the last one that reports an error, else the last one that says anything. */
    static String reason(Path log) {
        var tail = tail(log, 200);
        var error = tail.reversed().stream()
                .filter(line -> line.contains("ERROR") || line.startsWith("Error") || line.startsWith("Caused by"))
                .findFirst();
        return error.or(() ->
                        tail.reversed().stream().filter(line -> !line.isBlank()).findFirst())
                .orElse("it wrote nothing");
    }
}
