package io.meshtransformer.evaluation.service.store;

import io.meshtransformer.contracts.EvaluationProtocol;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** What an evaluation is made of, and how far each part is. Every method is part of its caller's transaction. */
@Singleton
public final class PartStore {
    /**
     * How far a part is.
     *
     * @param done documents judged
     * @param reused requests that need not be asked when they were first made: they had a result, or were another's too
     * @param asked requests that had none; with the reused ones those of all documents that were ever begun
     */
    public record Standing(PartRow part, long done, long reused, long asked) {}

    /** Makes parts, whose ids do not matter, and their chunks of so many documents. */
    public void add(Connection connection, List<PartRow> parts, int chunk) throws SQLException {
        for (var ordinal = 0; ordinal < parts.size(); ordinal++) {
            var part = parts.get(ordinal);
            var id = Statements.first(
                            connection,
                            """
                            insert into evaluation.part (evaluation, ordinal, task, version, task_hash, data_hash, excerpt,
                                protocol, few_shot, documents)
                            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id
                            """,
                            row -> row.getLong("id"),
                            part.evaluation(),
                            ordinal,
                            part.task(),
                            part.version(),
                            part.taskHash(),
                            part.dataHash(),
                            part.excerpt(),
                            part.protocol().name(),
                            part.fewShot(),
                            part.documents())
                    .orElseThrow();
            Statements.update(connection, """
                    insert into evaluation.chunk (part, first, last, done, reused, asked)
                    select ?, first, least(first + ?, ?), 0, 0, 0 from generate_series(0, ? - 1, ?) as first
                    """, id, chunk, part.documents(), part.documents(), chunk);
        }
    }

    /** Of an evaluation, in its order. */
    public List<PartRow> of(Connection connection, long evaluation) throws SQLException {
        return Statements.list(
                connection,
                "select * from evaluation.part where evaluation = ? order by ordinal",
                PartStore::row,
                evaluation);
    }

    /** Of an evaluation, in its order. */
    public List<Standing> standings(Connection connection, long evaluation) throws SQLException {
        return Statements.list(
                connection,
                """
                select part.*, sum(chunk.done)::bigint as done, sum(chunk.reused)::bigint as reused,
                    sum(chunk.asked)::bigint as asked
                from evaluation.part join evaluation.chunk on chunk.part = part.id
                where evaluation = ? group by part.id order by ordinal
                """,
                row -> new Standing(row(row), row.getLong("done"), row.getLong("reused"), row.getLong("asked")),
                evaluation);
    }

    static PartRow row(ResultSet row) throws SQLException {
        return new PartRow(
                row.getLong("id"),
                row.getLong("evaluation"),
                row.getString("task"),
                row.getString("version"),
                row.getString("task_hash"),
                row.getString("data_hash"),
                row.getBoolean("excerpt"),
                EvaluationProtocol.valueOf(row.getString("protocol")),
                row.getInt("few_shot"),
                row.getInt("documents"));
    }
}
