package io.meshtransformer.evaluation.service.store;

import io.meshtransformer.contracts.EvaluationResult;
import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.request.ModelAnswer.ContinuationScore;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What was answered, by the requests' hashes. Every method is part of its caller's transaction. */
@Singleton
public final class ResultStore {
    /** What was answered to these, as far as anything was. */
    public Map<String, ModelAnswer> find(Connection connection, Collection<String> hashes) throws SQLException {
        return find(connection, "evaluation.result", hashes);
    }

    static Map<String, ModelAnswer> find(Connection connection, String table, Collection<String> hashes)
            throws SQLException {
        var found = new HashMap<String, ModelAnswer>();
        if (!hashes.isEmpty()) {
            Statements.list(
                    connection,
                    "select * from " + table + " where hash = any(?)",
                    row -> found.put(Statements.hex(row.getBytes("hash")), answer(row)),
                    Statements.hashes(connection, hashes));
        }
        return found;
    }

    private static ModelAnswer answer(ResultSet row) throws SQLException {
        var text = row.getString("generated");
        if (text != null) {
            return new ModelAnswer.Text(text);
        }
        var logprobs = (Double[]) row.getArray("logprobs").getArray();
        var greedy = (Boolean[]) row.getArray("greedy").getArray();
        var scores = new ArrayList<ContinuationScore>();
        for (var i = 0; i < logprobs.length; i++) {
            scores.add(new ContinuationScore(logprobs[i], greedy[i]));
        }
        return new ModelAnswer.Scores(scores);
    }

    /** Takes results in the order of their partition: of one hash the first holds. */
    public void add(Connection connection, Collection<EvaluationResult> results) throws SQLException {
        insert(connection, "evaluation.result", results);
    }

    static void insert(Connection connection, String table, Collection<EvaluationResult> results) throws SQLException {
        try (var statement = connection.prepareStatement("insert into " + table
                + " (hash, logprobs, greedy, generated) values (?, ?, ?, ?) on conflict do nothing")) {
            for (var result : results) {
                statement.setBytes(1, Statements.bytes(result.requestHash()));
                var scores = result.scores();
                statement.setArray(
                        2,
                        scores == null
                                ? null
                                : connection.createArrayOf(
                                        "float8",
                                        scores.stream()
                                                .map(EvaluationResult.Score::logprob)
                                                .toArray()));
                statement.setArray(
                        3,
                        scores == null
                                ? null
                                : connection.createArrayOf(
                                        "bool",
                                        scores.stream()
                                                .map(EvaluationResult.Score::greedy)
                                                .toArray()));
                statement.setString(4, result.text());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** What follows the last record that was taken of each partition that any was taken of. */
    public Map<Integer, Long> offsets(Connection connection) throws SQLException {
        var offsets = new HashMap<Integer, Long>();
        Statements.list(
                connection,
                "select partition, next_offset from evaluation.projected",
                row -> offsets.put(row.getInt("partition"), row.getLong("next_offset")));
        return offsets;
    }

    /** Everything before these offsets was taken, by partitions; one that is behind what is known changes nothing. */
    public void taken(Connection connection, Map<Integer, Long> nextOffsets) throws SQLException {
        var partitions = new TreeMap<>(nextOffsets);
        Statements.update(
                connection,
                """
                insert into evaluation.projected (partition, next_offset) select * from unnest(?, ?)
                on conflict (partition) do update
                set next_offset = greatest(projected.next_offset, excluded.next_offset)
                """,
                connection.createArrayOf("int4", partitions.keySet().toArray()),
                connection.createArrayOf("int8", partitions.values().toArray()));
    }
}
