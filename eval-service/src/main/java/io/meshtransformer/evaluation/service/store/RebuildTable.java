package io.meshtransformer.evaluation.service.store;

import io.meshtransformer.contracts.EvaluationResult;
import io.meshtransformer.evaluation.request.ModelAnswer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** What the log says of some requests, in temporary tables of one connection: in memory there may be no room for it. */
public final class RebuildTable {
    private final Connection connection;

    public RebuildTable(Connection connection) throws SQLException {
        this.connection = connection;
        for (var table : List.of("wanted", "rebuilt")) {
            Statements.update(connection, "drop table if exists pg_temp." + table);
        }
        Statements.update(connection, "create temporary table wanted (hash bytea primary key)");
        Statements.update(connection, "create temporary table rebuilt (like evaluation.result including indexes)");
    }

    /** These requests matter. */
    public void want(Collection<String> hashes) throws SQLException {
        Statements.update(
                connection,
                "insert into wanted select unnest(?) on conflict do nothing",
                Statements.hashes(connection, hashes));
    }

    /** Takes records in their order, of requests that matter: of one hash the first holds. */
    public void take(Collection<EvaluationResult> results) {
        try {
            insertWanted(results);
        } catch (SQLException e) {
            throw Database.failure(e);
        }
    }

    private void insertWanted(Collection<EvaluationResult> results) throws SQLException {
        var known = new HashSet<>(Statements.list(
                connection,
                "select hash from wanted where hash = any(?)",
                row -> Statements.hex(row.getBytes("hash")),
                Statements.hashes(
                        connection,
                        results.stream().map(EvaluationResult::requestHash).toList())));
        ResultStore.insert(
                connection,
                "rebuilt",
                results.stream()
                        .filter(result -> known.contains(result.requestHash()))
                        .toList());
    }

    /** What the log says of these. */
    public Map<String, ModelAnswer> find(Collection<String> hashes) {
        try {
            return ResultStore.find(connection, "rebuilt", hashes);
        } catch (SQLException e) {
            throw Database.failure(e);
        }
    }

    /** How many of these requests have another answer in {@code evaluation.result} than in the log, or none. */
    public long differing() throws SQLException {
        return Statements.first(connection, """
                        select count(*) as differing from rebuilt left join evaluation.result as kept using (hash)
                        where kept.logprobs is distinct from rebuilt.logprobs
                            or kept.greedy is distinct from rebuilt.greedy
                            or kept.generated is distinct from rebuilt.generated
                        """, row -> row.getLong("differing"))
                .orElseThrow();
    }

    public void drop() throws SQLException {
        Statements.update(connection, "drop table wanted, rebuilt");
    }
}
