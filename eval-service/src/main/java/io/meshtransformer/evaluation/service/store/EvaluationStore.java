package io.meshtransformer.evaluation.service.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.evaluation.service.evaluation.Evaluation;
import io.meshtransformer.evaluation.service.evaluation.Evaluation.Checkpoint;
import io.meshtransformer.evaluation.service.store.EvaluationRow.Progress;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The evaluations. Every method is part of its caller's transaction. */
@Singleton
public final class EvaluationStore {
    /** Any number that nobody else takes: changes of evaluations go one after the other, over all instances. */
    private static final long LOCK = 0x6d746a_6576616cL;

    /** Without the large ones. */
    private static final String SELECT = """
            select id, name, settings, run, step, publish, created, started, state, moment, reason, tries, served,
                tokenizer_hash, figures, told, told_done, rate
            from evaluation.evaluation
            """;

    /** Waits until nobody else changes evaluations, to the end of the transaction. */
    public void lock(Connection connection) throws SQLException {
        Statements.list(connection, "select pg_advisory_xact_lock(?)", _ -> null, LOCK);
    }

    /**
     * Makes one that is queued.
     *
     * @param checkpoint that the model is, or null
     * @param publish whether that must be published first
     */
    public EvaluationRow add(
            Connection connection,
            String name,
            EvaluationSettings settings,
            Checkpoint checkpoint,
            boolean publish,
            Instant now)
            throws SQLException {
        Statements.update(
                connection,
                """
                insert into evaluation.evaluation (name, settings, run, step, publish, created, state, tries, told_done)
                values (?, ?, ?, ?, ?, ?, 'QUEUED', 0, 0)
                """,
                name,
                new String(MessageCodec.write(settings), UTF_8),
                checkpoint == null ? null : checkpoint.run(),
                checkpoint == null ? null : checkpoint.step(),
                publish,
                now);
        return named(connection, name).orElseThrow();
    }

    public Optional<EvaluationRow> named(Connection connection, String name) throws SQLException {
        return Statements.first(connection, SELECT + " where name = ?", EvaluationStore::row, name);
    }

    public Optional<EvaluationRow> numbered(Connection connection, long id) throws SQLException {
        return Statements.first(connection, SELECT + " where id = ?", EvaluationStore::row, id);
    }

    /** Those that have not ended, the oldest first; nobody judges documents of them until the transaction's end. */
    public List<EvaluationRow> going(Connection connection) throws SQLException {
        return Statements.list(connection, SELECT + """
                         where state not in ('FINISHED', 'FAILED', 'CANCELLED') order by id for update
                        """, EvaluationStore::row);
    }

    public List<EvaluationRow> running(Connection connection) throws SQLException {
        return Statements.list(connection, SELECT + " where state = 'RUNNING' order by id", EvaluationStore::row);
    }

    public List<EvaluationRow> newest(Connection connection, int most) throws SQLException {
        return Statements.list(connection, SELECT + " order by id desc limit ?", EvaluationStore::row, most);
    }

    /** How many there are in each state that has any. */
    public Map<EvaluationState, Long> counts(Connection connection) throws SQLException {
        return Statements.list(
                        connection,
                        "select state, count(*) as evaluations from evaluation.evaluation group by state",
                        row -> Map.entry(EvaluationState.valueOf(row.getString("state")), row.getLong("evaluations")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The evaluation, of which nobody judges a document until the transaction's end. */
    public Optional<Evaluation> locked(Connection connection, long id) throws SQLException {
        var found = Statements.first(connection, SELECT + " where id = ? for update", EvaluationStore::row, id);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get().evaluation(begun(connection, id)));
    }

    private static boolean begun(Connection connection, long id) throws SQLException {
        return Statements.first(connection, """
                        select 1 from evaluation.chunk join evaluation.part on part.id = chunk.part
                        where evaluation = ? and done > 0 limit 1
                        """, row -> row.getInt(1), id).isPresent();
    }

    /**
     * Whether documents of the evaluation may be judged by what that identity answered; until the transaction's end this
     * stays so.
     */
    public boolean takes(Connection connection, long id, String identity) throws SQLException {
        return Statements.first(connection, """
                        select 1 from evaluation.evaluation where id = ? and state = 'RUNNING' and identity = ?
                        for share
                        """, row -> row.getInt(1), id, identity)
                .isPresent();
    }

    public void set(Connection connection, long id, Evaluation evaluation) throws SQLException {
        var state = evaluation.state();
        Statements.update(
                connection,
                "update evaluation.evaluation set state = ?, moment = ?, reason = ?, tries = ? where id = ?",
                EvaluationRow.stateOf(state).name(),
                EvaluationRow.momentOf(state),
                EvaluationRow.reasonOf(state),
                evaluation.tries(),
                id);
    }

    /** From now on this answers. */
    public void served(Connection connection, long id, ServedModel served, String tokenizerHash, Instant now)
            throws SQLException {
        Statements.update(
                connection,
                """
                update evaluation.evaluation set served = ?, identity = ?, tokenizer_hash = ?,
                    started = coalesce(started, ?)
                where id = ?
                """,
                new String(MessageCodec.write(served), UTF_8),
                served.identity(),
                tokenizerHash,
                now,
                id);
    }

    /** @return whether this instance computes its results; nobody else does until then */
    public boolean claimFinish(Connection connection, long id, String owner, long seconds) throws SQLException {
        return Statements.update(connection, """
                        update evaluation.evaluation
                        set finisher = ?, finisher_until = now() + make_interval(secs => ?)
                        where id = ? and state = 'RUNNING' and (finisher is null or finisher = ? or finisher_until < now())
                        """, owner, (double) seconds, id, owner) > 0;
    }

    /**
     * What it came to.
     *
     * @param figures see {@link EvaluationRow#figures()}
     * @param results canonical JSON
     * @param receipt JSON
     */
    public void results(Connection connection, long id, String figures, String results, String receipt)
            throws SQLException {
        Statements.update(connection, """
                update evaluation.evaluation set figures = ?, results = ?, receipt = ?, finisher = null where id = ?
                """, figures, results, receipt, id);
    }

    /** Canonical JSON; empty until it is finished. */
    public Optional<String> results(Connection connection, long id) throws SQLException {
        return text(connection, "results", id);
    }

    /** JSON; empty until it is finished. */
    public Optional<String> receipt(Connection connection, long id) throws SQLException {
        return text(connection, "receipt", id);
    }

    private static Optional<String> text(Connection connection, String column, long id) throws SQLException {
        return Statements.first(
                connection,
                "select " + column + " from evaluation.evaluation where id = ? and " + column + " is not null",
                row -> row.getString(1),
                id);
    }

    /** @return whether this instance tells how it stands now: nobody did for a while */
    public boolean claimTelling(Connection connection, long id, double everySeconds) throws SQLException {
        return Statements.update(connection, """
                        update evaluation.evaluation set told = now()
                        where id = ? and state = 'RUNNING' and (told is null or told <= now() - make_interval(secs => ?))
                        """, id, everySeconds) > 0;
    }

    public void told(Connection connection, long id, long done, Double rate) throws SQLException {
        Statements.update(
                connection, "update evaluation.evaluation set told_done = ?, rate = ? where id = ?", done, rate, id);
    }

    private static EvaluationRow row(ResultSet row) throws SQLException {
        var run = row.getString("run");
        var served = row.getString("served");
        return new EvaluationRow(
                row.getLong("id"),
                row.getString("name"),
                read(row.getString("settings"), EvaluationSettings.class),
                run == null ? null : new Checkpoint(run, row.getLong("step")),
                row.getBoolean("publish"),
                Statements.instant(row, "created"),
                Statements.instant(row, "started"),
                EvaluationState.valueOf(row.getString("state")),
                Statements.instant(row, "moment"),
                row.getString("reason"),
                row.getInt("tries"),
                served == null ? null : read(served, ServedModel.class),
                row.getString("tokenizer_hash"),
                row.getString("figures"),
                new Progress(
                        Statements.instant(row, "told"), row.getLong("told_done"), Statements.number(row, "rate")));
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return MessageCodec.read(json.getBytes(UTF_8), type);
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("a " + type.getSimpleName() + " is not what was stored", e);
        }
    }
}
