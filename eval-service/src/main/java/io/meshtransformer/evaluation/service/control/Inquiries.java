package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.contracts.EvaluationDescription;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.store.EvaluationStore;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers questions about evaluations. */
@Singleton
public final class Inquiries {
    private static final int MOST = 500;

    private final Database database;
    private final EvaluationStore evaluations;
    private final Standings standings;

    Inquiries(Database database, EvaluationStore evaluations, Standings standings) {
        this.database = database;
        this.evaluations = evaluations;
        this.standings = standings;
    }

    List<EvaluationDescription> list() {
        return database.read(connection -> {
            var all = new ArrayList<EvaluationDescription>();
            for (var row : evaluations.newest(connection, MOST)) {
                all.add(standings.brief(connection, row));
            }
            return all;
        });
    }

    EvaluationDescription describe(String name) {
        return database.read(connection -> standings.whole(
                connection, evaluations.named(connection, name).orElseThrow(() -> Refusal.unknownEvaluation(name))));
    }

    Optional<EvaluationRow> find(String name) {
        return database.read(connection -> evaluations.named(connection, name));
    }

    /** @throws Refusal if there is none of that name */
    public EvaluationRow required(String name) {
        return find(name).orElseThrow(() -> Refusal.unknownEvaluation(name));
    }
}
