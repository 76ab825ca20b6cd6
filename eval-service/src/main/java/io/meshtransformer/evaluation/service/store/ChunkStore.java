package io.meshtransformer.evaluation.service.store;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Who works on which documents. A lease is told by the database's clock, which all instances share. Every method is part of
 * its caller's transaction.
 */
@Singleton
public final class ChunkStore {
    /** Which documents: of a part, from the first on. */
    public record ChunkKey(long part, int first) {}

    /** Documents [first, last) of a part. */
    public record Claim(PartRow part, int first, int last) {
        public ChunkKey key() {
            return new ChunkKey(part.id(), first);
        }
    }

    /** The first chunk of an evaluation that nobody works on and that has documents to be judged. */
    public Optional<Claim> claim(Connection connection, long evaluation, String owner, Duration lease)
            throws SQLException {
        return Statements.first(
                connection,
                """
                with free as (
                    select chunk.part, chunk.first from evaluation.chunk
                    join evaluation.part on part.id = chunk.part
                    join evaluation.evaluation on evaluation.id = part.evaluation
                    where evaluation.id = ? and evaluation.state = 'RUNNING' and chunk.done < chunk.last - chunk.first
                        and (chunk.owner is null or chunk.owned_until < now())
                    order by part.ordinal, chunk.first limit 1
                    for update of chunk skip locked),
                taken as (
                    update evaluation.chunk set owner = ?, owned_until = now() + make_interval(secs => ?)
                    from free where chunk.part = free.part and chunk.first = free.first
                    returning chunk.part, chunk.first, chunk.last)
                select part.*, taken.first, taken.last from taken join evaluation.part on part.id = taken.part
                """,
                row -> new Claim(PartStore.row(row), row.getInt("first"), row.getInt("last")),
                evaluation,
                owner,
                seconds(lease));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }

    /** What this owner works on stays its. */
    public void renew(Connection connection, Collection<ChunkKey> chunks, String owner, Duration lease)
            throws SQLException {
        Statements.update(
                connection,
                """
                update evaluation.chunk set owned_until = now() + make_interval(secs => ?)
                from unnest(?, ?) as mine (part, first)
                where chunk.part = mine.part and chunk.first = mine.first and owner = ?
                """,
                seconds(lease),
                connection.createArrayOf(
                        "int8", chunks.stream().map(ChunkKey::part).toArray()),
                connection.createArrayOf(
                        "int4", chunks.stream().map(ChunkKey::first).toArray()),
                owner);
    }

    /** Others may work on all that this owner did, as after a crash. */
    public void releaseAll(Connection connection, String owner) throws SQLException {
        Statements.update(connection, "update evaluation.chunk set owner = null where owner = ?", owner);
    }

    /** Others may work on it. */
    public void release(Connection connection, Collection<ChunkKey> chunks, String owner) throws SQLException {
        for (var chunk : chunks) {
            Statements.update(
                    connection,
                    "update evaluation.chunk set owner = null where part = ? and first = ? and owner = ?",
                    chunk.part(),
                    chunk.first(),
                    owner);
        }
    }

    /**
     * What becomes of the requests of all its documents, the first time that they are made; who makes them again counts
     * them no more.
     *
     * @return whether it was the first time
     */
    public boolean prepared(Connection connection, ChunkKey chunk, long reused, long asked) throws SQLException {
        return Statements.update(connection, """
                        update evaluation.chunk set reused = ?, asked = ?
                        where part = ? and first = ? and reused + asked = 0
                        """, reused, asked, chunk.part(), chunk.first()) == 1;
    }

    /** So many of its documents more are judged. */
    public void judged(Connection connection, ChunkKey chunk, int documents) throws SQLException {
        Statements.update(connection, """
                update evaluation.chunk set done = done + ?,
                    owner = case when done + ? < last - first then owner end
                where part = ? and first = ?
                """, documents, documents, chunk.part(), chunk.first());
    }

    /** Whether every document of the evaluation is judged. */
    public boolean complete(Connection connection, long evaluation) throws SQLException {
        return Statements.first(connection, """
                        select 1 from evaluation.chunk join evaluation.part on part.id = chunk.part
                        where evaluation = ? and done < last - first limit 1
                        """, row -> row.getInt(1), evaluation)
                .isEmpty();
    }

    /**
     * The chunks of a part whose documents are all judged.
     *
     * @param but by their first documents, those that are known already
     */
    public List<Claim> complete(Connection connection, PartRow part, BitSet but) throws SQLException {
        return Statements.list(
                        connection,
                        "select first, last from evaluation.chunk where part = ? and done = last - first order by first",
                        row -> new Claim(part, row.getInt("first"), row.getInt("last")),
                        part.id())
                .stream()
                .filter(chunk -> !but.get(chunk.first()))
                .toList();
    }

    /** The chunks of a part of whose documents some are judged. */
    public List<Claim> underWay(Connection connection, PartRow part) throws SQLException {
        return Statements.list(
                connection,
                "select first, last from evaluation.chunk where part = ? and done > 0 and done < last - first order by first",
                row -> new Claim(part, row.getInt("first"), row.getInt("last")),
                part.id());
    }
}
