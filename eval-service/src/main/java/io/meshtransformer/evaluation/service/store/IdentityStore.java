package io.meshtransformer.evaluation.service.store;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Numbers for what answers together with what its texts are read with. Every method is part of its caller's transaction. */
@Singleton
public final class IdentityStore {
    /** What a result is of. */
    public record Source(int id, String identity, String tokenizerHash) {}

    public Source of(Connection connection, String identity, String tokenizerHash) throws SQLException {
        Statements.update(
                connection,
                "insert into evaluation.identity (identity, tokenizer_hash) values (?, ?) on conflict do nothing",
                identity,
                tokenizerHash);
        var id = Statements.first(
                        connection,
                        "select id from evaluation.identity where identity = ? and tokenizer_hash = ?",
                        row -> row.getInt("id"),
                        identity,
                        tokenizerHash)
                .orElseThrow();
        return new Source(id, identity, tokenizerHash);
    }

    public Optional<Source> numbered(Connection connection, int id) throws SQLException {
        return Statements.first(
                connection,
                "select * from evaluation.identity where id = ?",
                row -> new Source(row.getInt("id"), row.getString("identity"), row.getString("tokenizer_hash")),
                id);
    }
}
