package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** The launcher's own log: what it did to whom, one line each, in a file and for somebody who watches. */
final class Journal implements AutoCloseable {
    private final PrintStream file;
    private final PrintStream watcher;
    private final InstantSource clock;

    private Journal(PrintStream file, PrintStream watcher, InstantSource clock) {
        this.file = file;
        this.watcher = watcher;
        this.clock = clock;
    }

    /** @param watcher also gets each line, without its time */
    static Journal open(Path log, PrintStream watcher, InstantSource clock) {
        requireNonNull(watcher, "watcher is null");
        requireNonNull(clock, "clock is null");
        try {
            var stream = Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return new Journal(new PrintStream(stream, true, StandardCharsets.UTF_8), watcher, clock);
        } catch (IOException e) {
            throw new LauncherException("the log " + log + " can't be opened: " + e, e);
        }
    }

    synchronized void line(String text) {
        file.println(clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + text);
        watcher.println(text);
    }

    @Override
    public void close() {
        file.close();
    }
}
