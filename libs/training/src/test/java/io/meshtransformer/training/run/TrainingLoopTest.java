package io.meshtransformer.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.gptj.training.LearningRateSchedule;
import io.meshtransformer.gptj.training.TrainingShape;
import io.meshtransformer.gptj.training.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class TrainingLoopTest {
    private static final TrainingShape SHAPE = new TrainingShape(2, 3, 4);
    private static final LearningRateSchedule RATE = new LearningRateSchedule(4, 4, 1, 0.1);

    private static final TokenWork WORK = new TokenWork(1000, 0, true);

    private final List<RunEvent> events = new ArrayList<>();
    private final StopSignal stop = new StopSignal();
    private final RecordedCommits commits = new RecordedCommits();
    private long now;

    @Test
    void takesEveryStepAndCommitsWhereItIsDue() {
        var engine = new CountingEngine(SHAPE);
        assertThat(loop(engine, plan(10, 4, 3), Progress.beginning(0, 0), events::add)
                        .run())
                .isEqualTo(TrainingLoop.End.FINISHED);
        assertThat(steps()).extracting(StepRecord::step).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(steps()).extracting(record -> record.result().learningRate()).startsWith(0.0, 0.25, 0.5, 0.75, 1.0);
        assertThat(commits.steps).containsExactly(3L, 6L, 9L, 10L);
        assertThat(validated()).containsExactly(4L, 8L, 10L);
        assertThat(commits.losses.getLast()).isPresent();
        assertThat(engine.mostInFlight()).isEqualTo(2);
        assertThat(commits.closed).isTrue();
    }

    @Test
    void goesOnAsIfItHadNeverStopped() {
        loop(new CountingEngine(SHAPE), plan(9, 100, 5), Progress.beginning(0, 0), events::add)
                .run();
        var unbroken = steps();
        var weightAtFive = commits.weights.getFirst();
        var progress = Progress.parse(commits.progresses.getFirst().toJson());
        events.clear();
        loop(new CountingEngine(SHAPE, 5, weightAtFive, -1), plan(9, 100, 5), progress, events::add)
                .run();
        assertThat(steps()).usingRecursiveComparison().isEqualTo(unbroken.subList(5, 9));
    }

    @Test
    void stopsBehindTheStepThatIsOnItsWayAndCommitsIt() {
        RunListener stopping = event -> {
            events.add(event);
            if (event instanceof RunEvent.StepCompleted completed
                    && completed.record().step() == 4) {
                stop.request();
            }
        };
        assertThat(loop(new CountingEngine(SHAPE), plan(100, 50, 50), Progress.beginning(0, 0), stopping)
                        .run())
                .isEqualTo(TrainingLoop.End.STOPPED);
        assertThat(commits.steps).containsExactly(5L);
        assertThat(steps()).hasSize(5);
    }

    @Test
    void triesAgainBehindTheNextStepWhileACommitIsOnItsWay() {
        commits.refusals = 2;
        loop(new CountingEngine(SHAPE), plan(8, 100, 3), Progress.beginning(0, 0), events::add)
                .run();
        assertThat(commits.steps).containsExactly(5L, 6L, 8L);
    }

    @Test
    void neverCommitsWhatIsNoNumber() {
        var engine = new CountingEngine(SHAPE, 0, 0, 6);
        assertThatThrownBy(() -> loop(engine, plan(10, 3, 3), Progress.beginning(0, 0), events::add)
                        .run())
                .isInstanceOf(TrainingException.Diverged.class)
                .hasMessageContaining("step 6: the loss is NaN");
        assertThat(commits.steps).containsExactly(3L);
    }

    @Test
    void isNotFinishedWithoutItsLastCommit() {
        commits.fails = true;
        assertThatThrownBy(
                        () -> loop(new CountingEngine(SHAPE), plan(4, 100, 100), Progress.beginning(0, 0), events::add)
                                .run())
                .isInstanceOf(TrainingException.Uncommitted.class)
                .hasMessage("the run ended at step 4 and that could not be committed; the last commit is of step 0");
    }

    @Test
    void tellsHowFastItIs() {
        loop(new CountingEngine(SHAPE), plan(3, 100, 100), Progress.beginning(0, 0), events::add)
                .run();
        var last = steps().getLast();
        assertThat(last.tokens()).isEqualTo(3 * 6 * 4);
        assertThat(last.epoch()).isCloseTo(18 / 7.0, within(1e-12));
        assertThat(last.tokensPerSecond()).isCloseTo(24 / last.seconds(), within(1e-9));
        assertThat(last.modelUtilisation().orElseThrow()).isCloseTo(6000 * last.tokensPerSecond() / 1e9, within(1e-12));
        assertThat(last.hardwareUtilisation().orElseThrow())
                .isCloseTo(last.modelUtilisation().orElseThrow() * 4 / 3, within(1e-12));
    }

    @Test
    void weightsThatAreNotTrainedHaveNoGradientsToCount() {
        var work = new TokenWork(10, 1000, true);
        assertThat(work.modelFlops()).isEqualTo(4 * 1000 + 6 * 10);
        assertThat(work.hardwareFlops()).isEqualTo(6 * 1000 + 8 * 10);
        assertThat(new TokenWork(10, 1000, false).hardwareFlops()).isEqualTo(work.modelFlops());
    }

    private TrainingLoop loop(CountingEngine engine, TrainingLoop.Plan plan, Progress progress, RunListener listener) {
        var windows = new Numbered(7);
        var sets = new LinkedHashMap<String, StepWindows>();
        sets.put("tales", new Numbered(5));
        return new TrainingLoop(
                engine,
                windows,
                new Validation(sets, 0, 2),
                commits,
                plan,
                progress,
                listener,
                stop,
                () -> now += 1_000_000);
    }

    private static TrainingLoop.Plan plan(long lastStep, long validateEvery, long checkpointEvery) {
        return new TrainingLoop.Plan(lastStep, RATE, validateEvery, checkpointEvery, WORK, OptionalDouble.of(1e9));
    }

    private List<StepRecord> steps() {
        return events.stream()
                .filter(RunEvent.StepCompleted.class::isInstance)
                .map(event -> ((RunEvent.StepCompleted) event).record())
                .toList();
    }

    private List<Long> validated() {
        return events.stream()
                .filter(RunEvent.ValidationCompleted.class::isInstance)
                .map(event -> ((RunEvent.ValidationCompleted) event).step())
                .toList();
    }

    /** Windows that are filled with their number in an epoch. */
    private record Numbered(long perEpoch) implements StepWindows {
        @Override
        public int[] next(long seen, int count) {
            var ids = new int[count * SHAPE.windowTokens()];
            for (var i = 0; i < ids.length; i++) {
                ids[i] = (int) ((seen + i / SHAPE.windowTokens()) % perEpoch);
            }
            return ids;
        }
    }

    private static final class RecordedCommits implements Commits {
        private final List<Long> steps = new ArrayList<>();
        private final List<Double> weights = new ArrayList<>();
        private final List<OptionalDouble> losses = new ArrayList<>();
        private final List<Progress> progresses = new ArrayList<>();
        private boolean fails;
        private int refusals;
        private boolean closed;

        @Override
        public boolean offer(Supplier<TrainingState> snapshot, Progress progress, OptionalDouble validationLoss) {
            if (refusals > 0) {
                refusals--;
                return false;
            }
            put(snapshot, progress, validationLoss);
            return true;
        }

        @Override
        public void put(Supplier<TrainingState> snapshot, Progress progress, OptionalDouble validationLoss) {
            if (fails) {
                return;
            }
            var weight = new float[1];
            try (var state = snapshot.get()) {
                state.read(CountingEngine.WEIGHT, 0, weight, 0, 1);
                steps.add(state.step());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            weights.add((double) weight[0]);
            losses.add(validationLoss);
            progresses.add(progress);
        }

        @Override
        public long lastStep() {
            return steps.isEmpty() ? 0 : steps.getLast();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
