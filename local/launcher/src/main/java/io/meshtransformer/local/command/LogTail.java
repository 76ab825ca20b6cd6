package io.meshtransformer.local.command;

import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.suite.LogFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** One log as it grows. */
final class LogTail {
    private static final int MOST_BYTES_AT_ONCE = 1 << 20;

    private final Path log;
    private final String prefix;
    private long position;

    /** @param named whether each line begins with the service's name */
    LogTail(Path log, boolean named) {
        this.log = log;
        this.prefix = named ? "%-18s | ".formatted(log.getFileName().toString().replace(".log", "")) : "";
    }

    void showEnd(int lines, PrintStream out) {
        position = size();
        LogFiles.tail(log, lines).forEach(line -> out.println(prefix + line));
    }

    /** Whole lines only; the rest comes when it is complete. */
    void showNew(PrintStream out) {
        var size = size();
        if (size < position) {
            // Put aside and begun anew.
            position = 0;
        }
        var bytes = read((int) Math.min(size - position, MOST_BYTES_AT_ONCE));
        var end = endOfLines(bytes);
        new String(bytes, 0, end, StandardCharsets.UTF_8).lines().forEach(line -> out.println(prefix + line));
        position += end;
    }

    /** Behind the last line's end; a line that fills everything is shown in pieces. */
    private static int endOfLines(byte[] bytes) {
        var end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end == 0 && bytes.length == MOST_BYTES_AT_ONCE ? bytes.length : end;
    }

    private long size() {
        try {
            return Files.exists(log) ? Files.size(log) : 0;
        } catch (IOException e) {
            throw new LauncherException(log + " can't be looked at: " + e, e);
        }
    }

    private byte[] read(int bytes) {
        var buffer = new byte[bytes];
        if (bytes == 0) {
            return buffer;
        }
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(position);
            file.readFully(buffer);
            return buffer;
        } catch (IOException e) {
            throw new LauncherException(log + " can't be read: " + e, e);
        }
    }
}
