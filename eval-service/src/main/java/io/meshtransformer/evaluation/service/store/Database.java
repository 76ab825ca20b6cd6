package io.meshtransformer.evaluation.service.store;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** Transactions: each is one connection's, committed when its work returns, and never happened when that throws. */
@Singleton
public final class Database {
    /** Classes of SQL states. */
    private static final List<String> PASSING = List.of("08", "40", "53", "55", "57", "58");

    private final DataSource source;

    Database(DataSource source) {
        this.source = source;
    }

    /** What is done in a transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** The same without a result. */
    @FunctionalInterface
    public interface Change {
        void in(Connection connection) throws SQLException;
    }

    /** @throws DatabaseException if the database does not take it now */
    public <T> T read(Work<T> work) {
        try (var connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                var result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollback(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** @throws DatabaseException if the database does not take it now */
    public void change(Change change) {
        read(connection -> {
            change.in(connection);
            return null;
        });
    }

    /** On one connection, without a transaction around it: each statement is one, and temporary tables are its own. */
    public <T> T session(Work<T> work) {
        try (var connection = source.getConnection()) {
            connection.setAutoCommit(true);
            return work.in(connection);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static void rollback(Connection connection, Exception why) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    /**
     * What a failure is thrown as: that of a connection, of resources or of a shutdown may pass, and so may a conflict of
     * transactions; any other is a fault of ours.
     */
    static RuntimeException failure(SQLException e) {
        var state = e.getSQLState();
        return state == null || PASSING.stream().anyMatch(state::startsWith)
                ? new DatabaseException(e)
                : new IllegalStateException("the database refuses a statement: " + e.getMessage(), e);
    }

    /** Nothing was changed; it may be there again later. */
    public static final class DatabaseException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private DatabaseException(SQLException cause) {
            super("the database did not take it: " + cause.getMessage(), cause);
        }
    }
}
