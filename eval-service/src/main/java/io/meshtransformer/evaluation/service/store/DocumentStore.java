package io.meshtransformer.evaluation.service.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.evaluation.metric.Judgement;
import io.meshtransformer.evaluation.metric.Outcome;
import io.meshtransformer.evaluation.metric.Quantity;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The judged documents. Every method is part of its caller's transaction. */
@Singleton
public final class DocumentStore {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int HASH_BYTES = 32;

    /** @return how many of them are new: a document that is there stays as it is */
    public int add(Connection connection, long part, Collection<JudgedDocument> documents) throws SQLException {
        try (var statement = connection.prepareStatement("""
                insert into evaluation.document (part, index, hash, requests, judgement, outcome)
                values (?, ?, ?, ?, ?, ?) on conflict do nothing
                """)) {
            for (var document : documents) {
                statement.setLong(1, part);
                statement.setInt(2, document.index());
                statement.setBytes(3, Statements.bytes(document.hash()));
                statement.setBytes(4, Statements.bytes(String.join("", document.requests())));
                statement.setString(5, json(document.judgement()));
                statement.setArray(6, connection.createArrayOf("float8", OutcomeArray.of(document.outcome())));
                statement.addBatch();
            }
            var added = 0;
            for (var rows : statement.executeBatch()) {
                added += rows;
            }
            return added;
        }
    }

    private static String json(Judgement judgement) {
        try {
            return JSON.writerFor(Judgement.class).writeValueAsString(judgement);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a judgement cannot be written", e);
        }
    }

    private static Judgement judgement(String json) {
        try {
            return JSON.readValue(json, Judgement.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a judgement is not what was stored", e);
        }
    }

    /** Which of the documents [first, last) are there. */
    public Set<Integer> indices(Connection connection, long part, int first, int last) throws SQLException {
        return new HashSet<>(Statements.list(
                connection,
                "select index from evaluation.document where part = ? and index >= ? and index < ?",
                row -> row.getInt("index"),
                part,
                first,
                last));
    }

    /** What the documents [first, last) of a part count, as far as they are judged, in their order. */
    public List<Outcome> outcomes(Connection connection, long part, int first, int last) throws SQLException {
        return Statements.list(
                connection,
                """
                select outcome from evaluation.document where part = ? and index >= ? and index < ? order by index
                """,
                row -> OutcomeArray.outcome((Double[]) row.getArray("outcome").getArray()),
                part,
                first,
                last);
    }

    /** Documents of a part from an index on, in their order. */
    public List<JudgedDocument> from(Connection connection, long part, int first, int most) throws SQLException {
        return Statements.list(
                connection,
                "select * from evaluation.document where part = ? and index >= ? order by index limit ?",
                DocumentStore::document,
                part,
                first,
                most);
    }

    /** Documents of a part by their indices, in their order. */
    public List<JudgedDocument> read(Connection connection, long part, Collection<Integer> indices)
            throws SQLException {
        return Statements.list(
                connection,
                "select * from evaluation.document where part = ? and index = any(?) order by index",
                DocumentStore::document,
                part,
                connection.createArrayOf("int4", indices.toArray()));
    }

    private static JudgedDocument document(ResultSet row) throws SQLException {
        var hashes = Statements.hex(row.getBytes("requests"));
        var requests = new ArrayList<String>();
        for (var at = 0; at < hashes.length(); at += 2 * HASH_BYTES) {
            requests.add(hashes.substring(at, at + 2 * HASH_BYTES));
        }
        return new JudgedDocument(
                row.getInt("index"),
                Statements.hex(row.getBytes("hash")),
                requests,
                judgement(row.getString("judgement")),
                OutcomeArray.outcome((Double[]) row.getArray("outcome").getArray()));
    }

    /** Indices of documents in their order, and of how many they are a part. */
    public record Indices(List<Integer> indices, long total) {}

    /** The documents from an index on that are judged in each of these parts. */
    public Indices judged(Connection connection, List<Long> parts, int from, int most) throws SQLException {
        var judged = """
                from evaluation.document where part = any(?) group by index having count(*) = ?
                """;
        return indices(connection, judged, parts, from, most);
    }

    /**
     * The same, of those that these parts judge differently.
     *
     * @param by what of them is looked at
     */
    public Indices differing(Connection connection, List<Long> parts, Collection<Quantity> by, int from, int most)
            throws SQLException {
        // Arrays of SQL begin with 1.
        var looked = by.stream()
                .map(quantity -> "outcome[" + (quantity.ordinal() + 1) + "]")
                .collect(Collectors.joining(", ", "array[", "]::double precision[]"));
        var differing =
                "from evaluation.document where part = any(?) group by index having count(*) = ? and count(distinct "
                        + looked + ") > 1";
        return indices(connection, differing, parts, from, most);
    }

    private static Indices indices(Connection connection, String which, List<Long> parts, int from, int most)
            throws SQLException {
        var ids = connection.createArrayOf("int8", parts.toArray());
        var indices = Statements.list(
                connection,
                "select index " + which + " and index >= ? order by index limit ?",
                row -> row.getInt("index"),
                ids,
                parts.size(),
                from,
                most);
        var total = Statements.first(
                connection,
                "select count(*) as total from (select index " + which + ") as documents",
                row -> row.getLong("total"),
                ids,
                parts.size());
        return new Indices(indices, total.orElseThrow());
    }
}
