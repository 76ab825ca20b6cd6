package io.meshtransformer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedDatabaseTest {
    @TempDir
    Path directory;

    @Test
    void aTemporaryDatabaseStoresText() throws SQLException {
        try (var database = EmbeddedDatabase.temporary()) {
            execute(database, "create table runs (name text)", "insert into runs values ('grüße, 世界')");

            assertThat(query(database, "select name from runs")).isEqualTo("grüße, 世界");
        }
    }

    @Test
    void committedRowsSurviveARestart() throws SQLException {
        try (var database = EmbeddedDatabase.start(directory, 0)) {
            execute(database, "create table runs (name text)", "insert into runs values ('first')");
        }
        try (var database = EmbeddedDatabase.start(directory, 0)) {
            assertThat(query(database, "select name from runs")).isEqualTo("first");
        }
    }

    /** Moments of a first start: the directory is there, initdb runs, initdb is nearly done, the server runs. */
    @ParameterizedTest
    @ValueSource(strings = {"", "PG_VERSION", "base/4", "postmaster.pid"})
    void aFirstStartThatWasKilledIsBegunAnew(String moment) throws Exception {
        var unfinished = UnfinishedData.beside(data()).directory();
        try (var child = ChildProcess.start(DatabaseMain.class, directory.toString(), "0")) {
            await().pollInterval(Duration.ofMillis(2))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(unfinished.resolve(moment)));
            child.kill();
        }
        assertThat(data()).as("data that are not whole").doesNotExist();

        try (var database = EmbeddedDatabase.start(directory, 0)) {
            execute(database, "create table runs (name text)", "insert into runs values ('after the kill')");

            assertThat(query(database, "select name from runs")).isEqualTo("after the kill");
        }
        assertThat(unfinished).doesNotExist();
    }

    @Test
    void keptDataIsWrittenThrough() throws SQLException {
        try (var database = EmbeddedDatabase.start(directory, 0)) {
            assertThat(query(database, "show fsync")).isEqualTo("on");
            assertThat(query(database, "show synchronous_commit")).isEqualTo("on");
            assertThat(query(database, "show full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void theServerOfAKilledProcessIsReplacedOnTheSamePortWithItsRows() throws Exception {
        int port = Ports.free();
        try (var child = ChildProcess.start(DatabaseMain.class, directory.toString(), String.valueOf(port))) {
            child.awaitLine(DatabaseMain.WRITTEN);
            child.kill();
        }
        var orphan = LeftoverServer.of(data()).orElseThrow().process().orElseThrow();
        try (var database = EmbeddedDatabase.start(directory, port)) {
            assertThat(orphan.info().command()).isEmpty();
            assertThat(query(database, "select name from runs")).isEqualTo("before the kill");
        }
    }

    @Test
    void afterTheServerItselfWasKilledCommittedRowsAreThere() throws Exception {
        try (var child = ChildProcess.start(DatabaseMain.class, directory.toString(), "0")) {
            child.awaitLine(DatabaseMain.WRITTEN);
            var server = LeftoverServer.of(data()).orElseThrow().process().orElseThrow();
            server.destroyForcibly();
            child.kill();
        }
        try (var database = EmbeddedDatabase.start(directory, 0)) {
            assertThat(query(database, "select name from runs")).isEqualTo("before the kill");
        }
    }

    @Test
    void aStalePidFileThatNamesAnotherProcessIsRemovedAndThatProcessLivesOn() throws Exception {
        try (var database = EmbeddedDatabase.start(directory, 0)) {
            execute(database, "create table runs (name text)");
        }
        var own = ProcessHandle.current().pid();
        Files.writeString(data().resolve("postmaster.pid"), own + "\n" + data() + "\n");

        try (var database = EmbeddedDatabase.start(directory, 0)) {
            assertThat(query(database, "select count(*) from runs")).isEqualTo("0");
        }
    }

    @Test
    void aSecondServerOnTheSameDirectoryIsRefusedAndTheFirstGoesOn() throws SQLException {
        try (var database = EmbeddedDatabase.start(directory, 0)) {
            assertThatThrownBy(() -> EmbeddedDatabase.start(directory, 0))
                    .isInstanceOf(EmbeddedException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("another one already runs on it");
            assertThat(query(database, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedDatabase.start(directory, taken.getLocalPort()))
                    .isInstanceOf(EmbeddedException.class)
                    .hasMessage("the embedded PostgreSQL cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + ": the port is taken");
        }
    }

    @Test
    void aServerThatRefusesToStartIsQuotedAndTheDirectoryIsFreeAgain() throws Exception {
        try (var database = EmbeddedDatabase.start(directory, 0)) {
            execute(database, "create table runs (name text)");
        }
        Files.writeString(data().resolve("PG_VERSION"), "9.6\n");
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> EmbeddedDatabase.start(directory, 0))
                    .isInstanceOf(EmbeddedException.class)
                    .hasMessageContaining("database files are incompatible with server");
        }
    }

    @Test
    void closingLeavesNoProcess() {
        var database = EmbeddedDatabase.start(directory, 0);
        var server = LeftoverServer.of(data()).orElseThrow().process().orElseThrow();
        database.close();
        database.close();

        assertThat(server.info().command()).isEmpty();
        assertThat(data().resolve("postmaster.pid")).doesNotExist();
    }

    private Path data() {
        return directory.resolve("data").toAbsolutePath();
    }

    private static void execute(EmbeddedDatabase database, String... statements) throws SQLException {
        try (var connection = DriverManager.getConnection(database.jdbcUrl());
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String query(EmbeddedDatabase database, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(database.jdbcUrl());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
