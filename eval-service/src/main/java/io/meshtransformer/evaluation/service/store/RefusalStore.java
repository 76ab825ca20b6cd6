package io.meshtransformer.evaluation.service.store;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** Why requests have no answer, until whoever waits for them has read it. Every method is part of its caller's transaction. */
@Singleton
public final class RefusalStore {
    /** Of one request. */
    public record RefusedRequest(String hash, FailureCode code, String message) {}

    public void add(Connection connection, String hash, AnswerEvent.Failed why) throws SQLException {
        Statements.update(connection, """
                insert into evaluation.refusal (hash, code, message, at) values (?, ?, ?, now())
                on conflict (hash) do update set code = excluded.code, message = excluded.message, at = excluded.at
                """, Statements.bytes(hash), why.code().name(), why.message());
    }

    /** Those of these requests, which are forgotten. */
    public List<RefusedRequest> take(Connection connection, Collection<String> hashes) throws SQLException {
        if (hashes.isEmpty()) {
            return List.of();
        }
        return Statements.list(
                connection,
                "delete from evaluation.refusal where hash = any(?) returning hash, code, message",
                row -> new RefusedRequest(
                        Statements.hex(row.getBytes("hash")),
                        FailureCode.valueOf(row.getString("code")),
                        row.getString("message")),
                Statements.hashes(connection, hashes));
    }

    /** Forgets what nobody waits for. */
    public void forgetOld(Connection connection) throws SQLException {
        Statements.update(connection, "delete from evaluation.refusal where at < now() - interval '1 hour'");
        Statements.update(connection, "delete from evaluation.replay where at < now() - interval '1 hour'");
    }
}
