package io.meshtransformer.xla.training;

import io.meshtransformer.gptj.training.StepResult;
import io.meshtransformer.xla.program.StateSharding;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However a run is laid over devices, it goes the same way. */
class TrainingMeshTest {
    private static final int STEPS = 3;
    private static final double TOLERANCE = 2e-5;

    private static List<StepResult> results;
    private static HeapState end;

    @BeforeAll
    static void trainOnOneDevice() throws IOException {
        try (var engine = TrainingRuns.engine(TrainingRuns.model(), TrainingRuns.options(1, 1))) {
            results = TrainingRuns.train(engine, STEPS);
            end = HeapState.copyOf(engine.snapshot());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, PLAIN", "2, 2, FSDP"})
    void activationsMayBeKept(int dp, int mp, StateSharding sharding) throws IOException {
        var options = TrainingRuns.options(dp, mp).withSharding(sharding).withRematerialise(false);
        try (var engine = TrainingRuns.engine(TrainingRuns.model(), options)) {
            TrainingRuns.assertSame(TrainingRuns.train(engine, STEPS), results, TOLERANCE);
            TrainingRuns.assertSame(HeapState.copyOf(engine.snapshot()), end, TOLERANCE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, 2, PLAIN",
        "2, 2, ZERO_1",
        "2, 2, FSDP",
        "4, 2, PLAIN",
        "4, 2, ZERO_1",
        "4, 2, FSDP",
        "8, 1, ZERO_1",
        "8, 1, FSDP",
        "2, 4, ZERO_1",
        "1, 2, ZERO_1"
    })
    void devicesGoTheWayOfOne(int dp, int mp, StateSharding sharding) throws IOException {
        var options = TrainingRuns.options(dp, mp).withSharding(sharding);
        try (var engine = TrainingRuns.engine(TrainingRuns.model(), options)) {
            TrainingRuns.assertSame(TrainingRuns.train(engine, STEPS), results, TOLERANCE);
            TrainingRuns.assertSame(HeapState.copyOf(engine.snapshot()), end, TOLERANCE);
        }
    }
}
