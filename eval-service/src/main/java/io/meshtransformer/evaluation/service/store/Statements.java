package io.meshtransformer.evaluation.service.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Statements with their parameters, in their order; an {@link Instant} may be one, and null. */
final class Statements {
    private static final HexFormat HEX = HexFormat.of();

    private Statements() {}

    /** Makes something of a row. */
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    static <T> List<T> list(Connection connection, String sql, Row<T> row, Object... parameters) throws SQLException {
        try (var statement = prepared(connection, sql, parameters);
                var rows = statement.executeQuery()) {
            var all = new ArrayList<T>();
            while (rows.next()) {
                all.add(row.read(rows));
            }
            return all;
        }
    }

    static <T> Optional<T> first(Connection connection, String sql, Row<T> row, Object... parameters)
            throws SQLException {
        var all = list(connection, sql, row, parameters);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
    }

    /** @return number of rows */
    static int update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (var statement = prepared(connection, sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    static PreparedStatement prepared(Connection connection, String sql, Object... parameters) throws SQLException {
        var statement = connection.prepareStatement(sql);
        try {
            for (var i = 0; i < parameters.length; i++) {
                var value = parameters[i];
                statement.setObject(i + 1, value instanceof Instant time ? Timestamp.from(time) : value);
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    static Double number(ResultSet row, String column) throws SQLException {
        var number = row.getDouble(column);
        return row.wasNull() ? null : number;
    }

    static Long whole(ResultSet row, String column) throws SQLException {
        var number = row.getLong(column);
        return row.wasNull() ? null : number;
    }

    /** Hexadecimal digits as they lie in a {@code bytea}. */
    static byte[] bytes(String hash) {
        return HEX.parseHex(hash);
    }

    static String hex(byte[] hash) {
        return HEX.formatHex(hash);
    }

    /** A parameter {@code bytea[]}. */
    static Object hashes(Connection connection, Collection<String> hashes) throws SQLException {
        return connection.createArrayOf(
                "bytea", hashes.stream().map(Statements::bytes).toArray(byte[][]::new));
    }
}
