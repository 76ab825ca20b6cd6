package io.meshtransformer.embedded;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.files.DirectoryLock;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A PostgreSQL server as a child process, on the loopback interface, with one database named {@value #DATABASE}.
 *
 * <p>Nobody needs a password: whoever reaches the loopback interface may connect.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    public static final String DATABASE = "mtj";
    public static final String USER = "postgres";

    private static final String WHAT = "the embedded PostgreSQL";

    private final EmbeddedPostgres server;
    private final Path data;
    private final DirectoryLock lock;
    private final Runnable afterwards;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedDatabase(EmbeddedPostgres server, Path data, DirectoryLock lock, Runnable afterwards) {
        this.server = server;
        this.data = data;
        this.lock = lock;
        this.afterwards = afterwards;
    }

    /**
     * Starts a server on the data of {@code directory}, or on none where it is new. What is committed survives a crash
     * of this process, of the server and of the machine.
     *
     * @param directory holds the data and the server's log {@code postgres.log}
     * @param port where clients connect, or 0 for any free one
     * @throws EmbeddedException if the port is taken, the directory is in use or the server refuses to start
     */
    public static EmbeddedDatabase start(Path directory, int port) {
        requireNonNull(directory, "directory is null");
        return start(directory, port, Durability.KEPT, () -> {});
    }

    /** Starts a server on a free port with an empty database, which is gone after {@link #close()}. */
    public static EmbeddedDatabase temporary() {
        var directory = Directories.temporary("mtj-postgres");
        return start(directory, 0, Durability.THROWN_AWAY, () -> Directories.delete(directory));
    }

    private enum Durability {
        KEPT("on"),
        THROWN_AWAY("off");

        private final String synchronous;

        Durability(String synchronous) {
            this.synchronous = synchronous;
        }
    }

    private static EmbeddedDatabase start(Path directory, int port, Durability durability, Runnable afterwards) {
        QuietLogs.quieten();
        var lock = Directories.lock(directory, WHAT);
        try {
            var data = directory.resolve("data").toAbsolutePath();
            // The lock is ours, so a server that still runs on this data belongs to nobody.
            LeftoverServer.of(data).ifPresent(LeftoverServer::stop);
            if (port != 0) {
                Ports.requireFree(port, WHAT);
            }
            if (durability == Durability.KEPT && !Files.exists(data)) {
                makeWhole(data);
            }
            var database = new EmbeddedDatabase(launch(data, port, durability), data, lock, afterwards);
            database.createDatabase();
            return database;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Makes the data of a new server aside, so that a kill in the middle leaves none under their name. */
    private static void makeWhole(Path data) {
        var unfinished = UnfinishedData.beside(data);
        unfinished.remove();
        stop(launch(unfinished.directory(), 0, Durability.KEPT), unfinished.directory());
        Directories.rename(unfinished.directory(), data);
    }

    private static EmbeddedPostgres launch(Path data, int port, Durability durability) {
        var log = ServerLog.in(data.resolveSibling("postgres.log"));
        try {
            return EmbeddedPostgres.builder()
                    .setPort(port == 0 ? Ports.free() : port)
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setOverrideWorkingDirectory(ServerBinaries.directory(data).toFile())
                    .setRegisterShutdownHook(false)
                    .setLocaleConfig("locale-provider", "builtin")
                    .setLocaleConfig("builtin-locale", "C.UTF-8")
                    .setLocaleConfig("locale", "C")
                    .setServerConfig("listen_addresses", Ports.HOST)
                    .setServerConfig("unix_socket_directories", "")
                    .setServerConfig("fsync", durability.synchronous)
                    .setServerConfig("full_page_writes", durability.synchronous)
                    .setServerConfig("synchronous_commit", durability.synchronous)
                    .setServerConfig("max_connections", "100")
                    .setServerConfig("shared_buffers", "32MB")
                    .setOutputRedirector(log.redirect())
                    .setErrorRedirector(log.redirect())
                    .start();
        } catch (IOException | RuntimeException e) {
            LeftoverServer.of(data).ifPresent(LeftoverServer::stop);
            throw new EmbeddedException(
                    WHAT + " did not start on " + data + ": " + e.getMessage() + "; its last words: " + log.lastWords(),
                    e);
        }
    }

    private void createDatabase() {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            try (var found = statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("create database " + DATABASE);
        } catch (SQLException e) {
            stop(server, data);
            throw new EmbeddedException(WHAT + " has no database '" + DATABASE + "': " + e.getMessage(), e);
        }
    }

    /** With the user in it; no password. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + Ports.HOST + ":" + port() + "/" + DATABASE + "?user=" + USER;
    }

    public int port() {
        return server.getPort();
    }

    /** Ends open connections, writes everything down and stops; a second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try (lock) {
                stop(server, data);
            }
            afterwards.run();
        }
    }

    private static void stop(EmbeddedPostgres server, Path data) {
        try {
            server.close();
        } catch (IOException e) {
            throw new EmbeddedException(WHAT + " did not stop: " + e.getMessage(), e);
        } finally {
            // The library only logs it when the server refuses to go.
            LeftoverServer.of(data).ifPresent(LeftoverServer::stop);
        }
    }
}
