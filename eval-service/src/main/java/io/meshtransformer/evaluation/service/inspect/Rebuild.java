package io.meshtransformer.evaluation.service.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.evaluation.report.Results;
import io.meshtransformer.evaluation.service.control.Inquiries;
import io.meshtransformer.evaluation.service.control.Refusal;
import io.meshtransformer.evaluation.service.results.Computation;
import io.meshtransformer.evaluation.service.results.Computation.IncompleteException;
import io.meshtransformer.evaluation.service.results.ResultLog;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.DocumentStore;
import io.meshtransformer.evaluation.service.store.EvaluationStore;
import io.meshtransformer.evaluation.service.store.JudgedDocument;
import io.meshtransformer.evaluation.service.store.PartRow;
import io.meshtransformer.evaluation.service.store.PartStore;
import io.meshtransformer.evaluation.service.store.RebuildTable;
import io.meshtransformer.evaluation.service.store.ResultStore;
import io.meshtransformer.files.Sha256;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/**
 * Computes an evaluation's results again from {@code evaluation.results} alone: they must be the same bytes. So must the
 * answers be that tables keep of that log: whoever looks at documents sees those, and later evaluations take them.
 */
@Singleton
public final class Rebuild {
    private static final int AT_ONCE = 500;

    private final Database database;
    private final EvaluationStore evaluations;
    private final PartStore parts;
    private final DocumentStore documents;
    private final ResultStore results;
    private final Inquiries inquiries;
    private final ResultLog log;
    private final Computation computation;

    Rebuild(
            Database database,
            EvaluationStore evaluations,
            PartStore parts,
            DocumentStore documents,
            ResultStore results,
            Inquiries inquiries,
            ResultLog log,
            Computation computation) {
        this.database = database;
        this.evaluations = evaluations;
        this.parts = parts;
        this.documents = documents;
        this.results = results;
        this.inquiries = inquiries;
        this.log = log;
        this.computation = computation;
    }

    /** @param differing answers that tables keep otherwise */
    private record Rebuilt(long records, Results results, long differing) {}

    public AnswerEvent of(EvaluationCommand.Rebuild command) {
        var row = inquiries.required(command.evaluation());
        var kept = database.read(connection -> evaluations.results(connection, row.id()))
                .orElseThrow(() -> new Refusal(
                        FailureCode.INVALID_REQUEST,
                        "evaluation '" + row.name() + "' is "
                                + row.state().name().toLowerCase(Locale.ROOT)
                                + "; only one that is finished has results to compare",
                        "evaluation"));
        try {
            var rebuilt = database.session(connection -> rebuilt(connection, row.id()));
            var rebuiltHash = rebuilt.results().hash();
            var keptHash = rebuilt.differing() == 0 ? Sha256.of(kept.getBytes(UTF_8)) : hashOfTables(row.id());
            return new AnswerEvent.EvaluationRebuilt(
                    command.requestId(),
                    row.name(),
                    rebuilt.records(),
                    keptHash,
                    rebuiltHash,
                    keptHash.equals(rebuiltHash));
        } catch (IncompleteException e) {
            throw new Refusal(
                    FailureCode.INVALID_REQUEST,
                    "log and tables do not give the results: " + e.getMessage(),
                    "evaluation");
        }
    }

    /** Of what the tables would come to now. */
    private String hashOfTables(long evaluation) {
        var all = database.read(connection -> parts.of(connection, evaluation));
        return computation
                .of(all, hashes -> database.read(connection -> results.find(connection, hashes)))
                .hash();
    }

    private Rebuilt rebuilt(Connection connection, long evaluation) throws SQLException {
        var all = parts.of(connection, evaluation);
        var table = new RebuildTable(connection);
        try {
            for (var part : all) {
                want(connection, table, part);
            }
            long records = log.read(table::take);
            return new Rebuilt(records, computation.of(all, table::find), table.differing());
        } finally {
            table.drop();
        }
    }

    private void want(Connection connection, RebuildTable table, PartRow part) throws SQLException {
        List<JudgedDocument> some;
        for (var from = 0; from < part.documents(); from = some.getLast().index() + 1) {
            some = documents.from(connection, part.id(), from, AT_ONCE);
            if (some.isEmpty()) {
                return;
            }
            table.want(some.stream()
                    .flatMap(document -> document.requests().stream())
                    .toList());
        }
    }
}
