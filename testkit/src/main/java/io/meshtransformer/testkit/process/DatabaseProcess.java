package io.meshtransformer.testkit.process;

import io.meshtransformer.embedded.EmbeddedDatabase;
import io.meshtransformer.embedded.EmbeddedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** PostgreSQL, which can be killed and started again where it was. */
public final class DatabaseProcess implements AutoCloseable {
    /** Kept, as only those are in force that somebody holds. */
    private static final Logger LIBRARY = Logger.getLogger("io.zonky.test.db.postgres.embedded.EmbeddedPostgres");

    private final Path directory;
    private final int port;
    private volatile EmbeddedDatabase database;

    /** @param directory of its data */
    public DatabaseProcess(Path directory) {
        this.directory = directory;
        this.database = EmbeddedDatabase.start(directory, 0);
        this.port = database.port();
    }

    public String jdbcUrl() {
        return database.jdbcUrl();
    }

    /** The caller closes it. */
    public Connection connection() throws SQLException {
        return DriverManager.getConnection(jdbcUrl());
    }

    /** The first server process gets {@code kill -9}; the others end by themselves. Returns when the first is gone. */
    public void kill() throws IOException, InterruptedException {
        var pid = Files.readAllLines(directory.resolve("data").resolve("postmaster.pid"))
                .getFirst();
        var process = ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
        process.destroyForcibly();
        try {
            process.onExit().get();
        } catch (ExecutionException e) {
            throw new AssertionError("process " + pid + " is waited for in vain", e);
        }
    }

    /** On the same port, with the same data. */
    public void startAgain() {
        var usual = LIBRARY.getLevel();
        // That there is nothing to be stopped is no news.
        LIBRARY.setLevel(Level.OFF);
        try {
            database.close();
        } catch (EmbeddedException _) {
            // It lets go of the directory all the same.
        } finally {
            LIBRARY.setLevel(usual);
        }
        database = EmbeddedDatabase.start(directory, port);
    }

    @Override
    public void close() {
        database.close();
    }
}
