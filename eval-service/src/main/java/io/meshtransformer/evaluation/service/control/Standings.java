package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.contracts.EvaluationDescription;
import io.meshtransformer.contracts.EvaluationDescription.TaskResult;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.evaluation.service.results.Figures;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.store.EvaluationStore;
import io.meshtransformer.evaluation.service.store.PartStore;
import io.meshtransformer.evaluation.service.store.PartStore.Standing;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** How evaluations stand, for people. Every method is part of its caller's transaction. */
@Singleton
public final class Standings {
    private final EvaluationStore evaluations;
    private final PartStore parts;
    private final Estimates estimates;

    Standings(EvaluationStore evaluations, PartStore parts, Estimates estimates) {
        this.evaluations = evaluations;
        this.parts = parts;
        this.estimates = estimates;
    }

    /** Without its receipt. */
    EvaluationDescription brief(Connection connection, EvaluationRow row) throws SQLException {
        return describe(connection, row, null);
    }

    /** With its receipt, where there is one. */
    EvaluationDescription whole(Connection connection, EvaluationRow row) throws SQLException {
        return describe(
                connection,
                row,
                evaluations.receipt(connection, row.id()).map(Figures::parse).orElse(null));
    }

    private EvaluationDescription describe(Connection connection, EvaluationRow row, JsonObject receipt)
            throws SQLException {
        var standings = parts.standings(connection, row.id());
        long documents =
                standings.stream().mapToLong(each -> each.part().documents()).sum();
        long done = standings.stream().mapToLong(Standing::done).sum();
        var rate = row.state() == EvaluationState.RUNNING ? row.progress().rate() : null;
        return new EvaluationDescription(
                row.name(),
                row.state(),
                row.reason(),
                row.settings(),
                row.checkpoint() == null ? null : row.checkpoint().run(),
                row.checkpoint() == null ? null : row.checkpoint().step(),
                row.served(),
                row.tokenizerHash(),
                documents,
                done,
                standings.stream().mapToLong(Standing::reused).sum(),
                standings.stream().mapToLong(Standing::asked).sum(),
                rate,
                rate == null || rate <= 0 ? null : (documents - done) / rate,
                results(connection, row, standings),
                receipt,
                row.created(),
                row.started(),
                row.state().ended() ? row.moment() : null);
    }

    private List<TaskResult> results(Connection connection, EvaluationRow row, List<Standing> standings)
            throws SQLException {
        if (row.figures() != null) {
            return Figures.read(row.figures());
        }
        return estimates.of(connection, row, standings);
    }
}
