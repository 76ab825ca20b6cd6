package io.meshtransformer.embedded;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.concurrent.CountDownLatch;

/** A process with a database server as its child and an open connection to it, there to be killed. */
final class DatabaseMain {
    static final String WRITTEN = "WRITTEN";

    private DatabaseMain() {}

    public static void main(String[] arguments) throws Exception {
        var database = EmbeddedDatabase.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        try (var connection = DriverManager.getConnection(database.jdbcUrl());
                var statement = connection.createStatement()) {
            statement.execute("create table runs (name text)");
            statement.execute("insert into runs values ('before the kill')");
            System.out.println(WRITTEN);
            new CountDownLatch(1).await();
        }
    }
}
