package io.meshtransformer.evaluation.service.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.EvaluationEvent;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Events that the broker does not have yet: written in the transaction of what they tell of, so neither is without the other. */
@Singleton
public final class Outbox {
    private static final long LOCK = 0x6d746a_6f757462L;

    /** An event that waits. */
    public record Entry(long id, EvaluationEvent event) {}

    public void add(Connection connection, EvaluationEvent event) throws SQLException {
        Statements.update(
                connection,
                "insert into evaluation.outbox (evaluation, event) values (?, ?)",
                event.evaluation(),
                new String(MessageCodec.write(event), UTF_8));
    }

    /** The oldest, in their order; none where another instance is bringing them. To be removed in the same transaction. */
    public List<Entry> oldest(Connection connection, int most) throws SQLException {
        var mine = Statements.first(
                        connection, "select pg_try_advisory_xact_lock(?) as mine", row -> row.getBoolean("mine"), LOCK)
                .orElseThrow();
        if (!mine) {
            return List.of();
        }
        return Statements.list(
                connection,
                "select id, event from evaluation.outbox order by id limit ?",
                row -> new Entry(row.getLong("id"), event(row.getString("event"))),
                most);
    }

    private static EvaluationEvent event(String json) {
        try {
            return MessageCodec.read(json.getBytes(UTF_8), EvaluationEvent.class);
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("an event in the outbox is not what was stored", e);
        }
    }

    public void remove(Connection connection, long id) throws SQLException {
        Statements.update(connection, "delete from evaluation.outbox where id = ?", id);
    }
}
