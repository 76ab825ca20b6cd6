package io.meshtransformer.training.service.control;

import io.meshtransformer.contracts.RunCurve;
import io.meshtransformer.contracts.RunDescription;
import io.meshtransformer.training.service.store.CheckpointRepository;
import io.meshtransformer.training.service.store.CurveRepository;
import io.meshtransformer.training.service.store.RunEntity;
import io.meshtransformer.training.service.store.RunRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/** Answers questions about runs. */
@ApplicationScoped
public class Inquiries {
    private static final int MOST_RUNS = 500;

    private final RunRepository runs;
    private final CheckpointRepository checkpoints;
    private final CurveRepository curves;

    Inquiries(RunRepository runs, CheckpointRepository checkpoints, CurveRepository curves) {
        this.runs = runs;
        this.checkpoints = checkpoints;
        this.curves = curves;
    }

    @Transactional
    public List<RunDescription> list() {
        return runs.newest(MOST_RUNS).stream()
                .map(run ->
                        run.describe(checkpoints.last(run.run().name()).stream().toList()))
                .toList();
    }

    @Transactional
    public RunDescription describe(String name) {
        return required(name).describe(checkpoints.all(name));
    }

    @Transactional
    public RunCurve history(String name, long fromStep, int limit) {
        required(name);
        return curves.read(name, fromStep, limit);
    }

    private RunEntity required(String name) {
        return runs.named(name).orElseThrow(() -> Refusal.unknownRun(name));
    }
}
