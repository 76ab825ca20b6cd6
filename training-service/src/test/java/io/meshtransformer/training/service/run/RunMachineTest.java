package io.meshtransformer.training.service.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.RunPhase;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.contracts.TrainingMesh;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** State in, state out. */
class RunMachineTest {
    private static final Instant THEN = Instant.parse("2030-01-01T00:00:00Z");
    private static final Instant NOW = THEN.plusSeconds(10);
    private static final Instant NEVER = Instant.MIN;
    private static final Patience PATIENCE = new Patience(
            Duration.ofSeconds(120),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            3,
            Duration.ofSeconds(2),
            Duration.ofSeconds(5));
    private static final int ATTEMPT = 4;

    private static final State ACCEPTED = new State.Accepted();
    private static final State QUEUED = new State.Queued();
    private static final State STARTING = new State.Starting(THEN);
    private static final State RUNNING = new State.Running(THEN);
    private static final State PREEMPTED = new State.Preempted(THEN);
    private static final State RESTARTING = new State.Restarting(NOW.plusSeconds(1), "it died");
    private static final State CANCELLING = new State.Cancelling(NOW.plusSeconds(1));
    private static final State FINISHED = new State.Finished(THEN);
    private static final State FAILED = new State.Failed(THEN, "it died");
    private static final State CANCELLED = new State.Cancelled(THEN);
    private static final List<State> ALL = List.of(
            ACCEPTED, QUEUED, STARTING, RUNNING, PREEMPTED, RESTARTING, CANCELLING, FINISHED, FAILED, CANCELLED);

    private static final State STARTED_NOW = new State.Starting(NOW);
    private static final State RUNNING_NOW = new State.Running(NOW);
    private static final State PREEMPTED_NOW = new State.Preempted(NOW);
    private static final State CANCELLED_NOW = new State.Cancelled(NOW);
    private static final State FINISHED_NOW = new State.Finished(NOW);

    private final RunMachine machine = new RunMachine(PATIENCE);

    /** For each input the states that it changes; it leaves all others as they are, and then nothing is to be done. */
    private static Map<Input, Map<State, State>> transitions() {
        var table = new LinkedHashMap<Input, Map<State, State>>();
        table.put(new Input.Resume(), Map.of(FINISHED, ACCEPTED, FAILED, ACCEPTED, CANCELLED, ACCEPTED));
        var cancelling = new State.Cancelling(NOW.plus(PATIENCE.cancel()));
        table.put(
                new Input.Cancel(),
                Map.of(
                        ACCEPTED, CANCELLED_NOW,
                        QUEUED, CANCELLED_NOW,
                        RESTARTING, CANCELLED_NOW,
                        STARTING, cancelling,
                        RUNNING, cancelling,
                        PREEMPTED, cancelling));
        table.put(new Input.Place(), Map.of(ACCEPTED, STARTED_NOW, QUEUED, STARTED_NOW));
        table.put(new Input.NoPlace(), Map.of(ACCEPTED, QUEUED));
        table.put(new Input.TakenOver(), Map.of());
        table.put(new Input.Tick(NEVER), Map.of());

        var alive = Map.of(STARTING, STARTED_NOW, RUNNING, RUNNING_NOW, PREEMPTED, PREEMPTED_NOW);
        table.put(
                heard(new TrainingEvent.RunStarted("tales", ATTEMPT, NOW, 0, 9, 1L, 1, "cpu", new TrainingMesh(1, 1))),
                Map.of(STARTING, RUNNING_NOW, RUNNING, RUNNING_NOW, PREEMPTED, PREEMPTED_NOW));
        table.put(heard(step(ATTEMPT)), alive);
        table.put(heard(new TrainingEvent.ValidationCompleted("tales", ATTEMPT, NOW, 1, "v", 2, 3)), alive);
        table.put(heard(new TrainingEvent.CheckpointFailed("tales", ATTEMPT, NOW, 1, "disk full")), alive);
        table.put(heard(new TrainingEvent.CheckpointDeleted("tales", ATTEMPT, NOW, 1)), alive);
        table.put(heard(new TrainingEvent.WorkerFailed("tales", ATTEMPT, NOW, "no room", false)), alive);
        table.put(heard(new TrainingEvent.Heartbeat("tales", ATTEMPT, NOW, 1, RunPhase.STEPPING)), alive);
        table.put(
                heard(new TrainingEvent.RunPreempted("tales", ATTEMPT, NOW, 1)),
                Map.of(STARTING, PREEMPTED_NOW, RUNNING, PREEMPTED_NOW, PREEMPTED, PREEMPTED_NOW));
        table.put(heard(new TrainingEvent.RunFinished("tales", ATTEMPT, NOW, 1)), toAll(FINISHED_NOW));
        table.put(
                heard(new TrainingEvent.WorkerFailed("tales", ATTEMPT, NOW, "unknown key", true)),
                toAll(new State.Failed(NOW, "unknown key")));
        for (var own : List.of(
                new TrainingEvent.RunQueued("tales", ATTEMPT, NOW),
                new TrainingEvent.WorkerStarting("tales", ATTEMPT, NOW),
                new TrainingEvent.RunRestarting("tales", ATTEMPT, NOW, 1, "it died"),
                new TrainingEvent.RunFailed("tales", ATTEMPT, NOW, "it died"),
                new TrainingEvent.RunCancelled("tales", ATTEMPT, NOW))) {
            table.put(heard(own), Map.of());
        }
        // What an earlier worker says moves nothing.
        table.put(heard(step(ATTEMPT - 1)), Map.of());
        table.put(heard(new TrainingEvent.RunFinished("tales", ATTEMPT - 1, NOW, 1)), Map.of());

        table.put(
                ended(OptionalInt.of(0), ""),
                Map.of(
                        STARTING,
                        FINISHED_NOW,
                        RUNNING,
                        FINISHED_NOW,
                        PREEMPTED,
                        FINISHED_NOW,
                        CANCELLING,
                        FINISHED_NOW));
        table.put(
                ended(OptionalInt.of(75), ""),
                Map.of(
                        STARTING,
                                new State.Restarting(
                                        NOW.plusSeconds(2), "the worker was told to end before it had begun"),
                        RUNNING, QUEUED,
                        PREEMPTED, QUEUED,
                        CANCELLING, CANCELLED_NOW));
        var wrong = new State.Failed(NOW, "unknown key");
        table.put(
                ended(OptionalInt.of(2), "unknown key"),
                Map.of(STARTING, wrong, RUNNING, wrong, PREEMPTED, wrong, CANCELLING, CANCELLED_NOW));
        var killed = new State.Restarting(NOW.plusSeconds(2), "the worker was ended by signal 9");
        table.put(
                ended(OptionalInt.of(137), ""),
                Map.of(STARTING, killed, RUNNING, killed, PREEMPTED, QUEUED, CANCELLING, CANCELLED_NOW));
        var gone = new State.Restarting(NOW.plusSeconds(2), "the worker's process is gone");
        table.put(
                ended(OptionalInt.empty(), ""),
                Map.of(STARTING, gone, RUNNING, gone, PREEMPTED, QUEUED, CANCELLING, CANCELLED_NOW));
        table.put(new Input.WorkerEnded(ATTEMPT - 1, new Ending.Finished()), Map.of());
        var notLaunched = new State.Restarting(NOW.plusSeconds(2), "no room");
        table.put(
                new Input.LaunchFailed(ATTEMPT, "no room"),
                Map.of(STARTING, notLaunched, RUNNING, notLaunched, PREEMPTED, QUEUED, CANCELLING, CANCELLED_NOW));
        table.put(new Input.LaunchFailed(ATTEMPT - 1, "no room"), Map.of());
        return table;
    }

    private static Map<State, State> toAll(State next) {
        return Map.of(STARTING, next, RUNNING, next, PREEMPTED, next, CANCELLING, next);
    }

    @TestFactory
    Stream<DynamicTest> everyInputMovesEveryStateAsTheTableSays() {
        return transitions().entrySet().stream().flatMap(row -> ALL.stream()
                .map(state -> DynamicTest.dynamicTest(row.getKey() + " in " + state, () -> {
                    var after = machine.meet(run(state), row.getKey(), NOW);
                    assertThat(after.run().state()).isEqualTo(row.getValue().getOrDefault(state, state));
                })));
    }

    @Test
    void aPlaceLaunchesTheNextWorkerAndSaysSo() {
        var after = machine.meet(run(QUEUED), new Input.Place(), NOW);
        assertThat(after.run().attempts()).isEqualTo(ATTEMPT + 1);
        assertThat(after.actions())
                .containsExactly(
                        new Action.Publish(new TrainingEvent.WorkerStarting("tales", ATTEMPT + 1, NOW)),
                        new Action.Launch("tales", ATTEMPT + 1));
    }

    @Test
    void aRunWithoutAPlaceSaysOnceThatItWaits() {
        assertThat(machine.meet(run(ACCEPTED), new Input.NoPlace(), NOW).actions())
                .containsExactly(new Action.Publish(new TrainingEvent.RunQueued("tales", ATTEMPT, NOW)));
        assertThat(machine.meet(run(QUEUED), new Input.NoPlace(), NOW).actions())
                .isEmpty();
    }

    @Test
    void cancellingAsksTheWorkerToEndAndKillsItAtTheDeadlineUntilItsEndIsSeen() {
        var asked = machine.meet(run(RUNNING), new Input.Cancel(), NOW);
        assertThat(asked.actions()).containsExactly(new Action.Stop("tales", ATTEMPT));

        var late = NOW.plus(PATIENCE.cancel());
        assertThat(machine.meet(asked.run(), new Input.Tick(NEVER), late.minusMillis(1))
                        .actions())
                .isEmpty();
        var killed = machine.meet(asked.run(), new Input.Tick(NEVER), late);
        assertThat(killed).isEqualTo(Transition.to(asked.run(), new Action.Kill("tales", ATTEMPT)));
        assertThat(machine.meet(killed.run(), ended(OptionalInt.of(137), ""), late)
                        .actions())
                .containsExactly(new Action.Publish(new TrainingEvent.RunCancelled("tales", ATTEMPT, late)));
    }

    @Test
    void aRunThatWaitsIsCancelledAtOnce() {
        assertThat(machine.meet(run(RESTARTING), new Input.Cancel(), NOW).actions())
                .containsExactly(new Action.Publish(new TrainingEvent.RunCancelled("tales", ATTEMPT, NOW)));
    }

    @Test
    void aSilentWorkerIsKilledAndAnotherOneComesAfterThePause() {
        assertThat(machine.meet(run(RUNNING), new Input.Tick(NEVER), THEN.plusSeconds(60))
                        .actions())
                .isEmpty();
        var late = THEN.plusSeconds(61);
        var silent = machine.meet(run(RUNNING), new Input.Tick(NEVER), late);
        var reason = "the worker said nothing for 60.0 s";
        assertThat(silent.run())
                .isEqualTo(
                        run(new State.Restarting(late.plusSeconds(2), reason)).withFailures(1));
        assertThat(silent.actions())
                .containsExactly(
                        new Action.Kill("tales", ATTEMPT),
                        new Action.Publish(new TrainingEvent.RunRestarting("tales", ATTEMPT, late, 2, reason)));

        assertThat(machine.meet(silent.run(), new Input.Tick(NEVER), late.plusMillis(1999))
                        .actions())
                .isEmpty();
        var again = machine.meet(silent.run(), new Input.Tick(NEVER), late.plusSeconds(2));
        assertThat(again.run().attempts()).isEqualTo(ATTEMPT + 1);
        assertThat(again.actions()).contains(new Action.Launch("tales", ATTEMPT + 1));
    }

    @Test
    void aWorkerThatStartsMayBeSilentForLonger() {
        assertThat(machine.meet(run(STARTING), new Input.Tick(NEVER), THEN.plusSeconds(120))
                        .actions())
                .isEmpty();
        assertThat(machine.meet(run(STARTING), new Input.Tick(NEVER), THEN.plusSeconds(121))
                        .actions())
                .contains(new Action.Kill("tales", ATTEMPT));
    }

    @Test
    void silenceDoesNotCountWhileNobodyCouldBeHeard() {
        var late = THEN.plusSeconds(1000);
        for (var state : List.of(STARTING, RUNNING, PREEMPTED)) {
            assertThat(machine.meet(run(state), new Input.Tick(late.minusSeconds(60)), late))
                    .isEqualTo(Transition.to(run(state)));
        }
    }

    @Test
    void aPreemptedWorkerThatNeverEndsIsKilledAndTheRunQueues() {
        var late = THEN.plusSeconds(61);
        var after = machine.meet(run(PREEMPTED), new Input.Tick(NEVER), late);
        assertThat(after.run()).isEqualTo(run(QUEUED));
        assertThat(after.actions()).startsWith(new Action.Kill("tales", ATTEMPT));
    }

    @Test
    void pausesGrowAndTriesAreBounded() {
        var run = run(RUNNING);
        run = machine.meet(run, ended(OptionalInt.of(1), "no room"), NOW).run();
        assertThat(run.state()).isEqualTo(new State.Restarting(NOW.plusSeconds(2), "no room"));
        run = machine.meet(run.with(RUNNING), ended(OptionalInt.of(1), "no room"), NOW)
                .run();
        assertThat(run.state()).isEqualTo(new State.Restarting(NOW.plusSeconds(4), "no room"));
        var last = machine.meet(run.with(RUNNING), ended(OptionalInt.of(1), "no room"), NOW);
        var reason = "3 workers ended without a new checkpoint, the last: no room";
        assertThat(last.run().state()).isEqualTo(new State.Failed(NOW, reason));
        assertThat(last.actions())
                .containsExactly(new Action.Publish(new TrainingEvent.RunFailed("tales", ATTEMPT, NOW, reason)));
        assertThat(PATIENCE.pauseAfter(3)).isEqualTo(PATIENCE.longestPause());
    }

    @Test
    void aNewCheckpointGivesTheTriesBack() {
        var tired = run(RUNNING).withFailures(2);
        var after = machine.meet(tired, heard(checkpoint(ATTEMPT, 8)), NOW).run();
        assertThat(after.failures()).isZero();
        assertThat(after.committed()).isEqualTo(8);

        // The same again is no progress; one of an earlier worker is.
        assertThat(machine.meet(after.withFailures(2), heard(checkpoint(ATTEMPT, 8)), NOW)
                        .run()
                        .failures())
                .isEqualTo(2);
        assertThat(machine.meet(after.withFailures(2), heard(checkpoint(ATTEMPT - 1, 9)), NOW)
                        .run()
                        .failures())
                .isZero();
    }

    @Test
    void preemptionIsNoFailure() {
        var after = machine.meet(run(PREEMPTED), ended(OptionalInt.of(75), ""), NOW);
        assertThat(after.run()).isEqualTo(run(QUEUED));
        assertThat(machine.meet(run(STARTING), ended(OptionalInt.of(75), ""), NOW)
                        .run()
                        .failures())
                .isZero();
    }

    @Test
    void resumingGivesTheTriesBackAndKeepsTheCheckpoint() {
        var after = machine.meet(run(FAILED).withFailures(3), new Input.Resume(), NOW);
        assertThat(after).isEqualTo(Transition.to(run(ACCEPTED)));
    }

    @Test
    void whoeverTakesOverDoesAgainWhatMayNotHaveBeenDone() {
        assertThat(machine.meet(run(STARTING), new Input.TakenOver(), NOW).actions())
                .containsExactly(new Action.Launch("tales", ATTEMPT));
        assertThat(machine.meet(run(CANCELLING), new Input.TakenOver(), NOW).actions())
                .containsExactly(new Action.Stop("tales", ATTEMPT));
        for (var state : List.of(ACCEPTED, QUEUED, RUNNING, PREEMPTED, RESTARTING, FINISHED, FAILED, CANCELLED)) {
            assertThat(machine.meet(run(state), new Input.TakenOver(), NOW).actions())
                    .isEmpty();
        }
    }

    private static Run run(State state) {
        return new Run("tales", state, ATTEMPT, 0, 5);
    }

    private static Input heard(TrainingEvent event) {
        return new Input.Heard(event);
    }

    private static Input ended(OptionalInt code, String reason) {
        return new Input.WorkerEnded(ATTEMPT, Ending.of(code, reason));
    }

    private static TrainingEvent step(int attempt) {
        return new TrainingEvent.StepCompleted(
                "tales", attempt, NOW, 6, 9, 2, 2, 0.1, 1, null, 0.1, 10, null, null, null, 60, 0.5);
    }

    private static TrainingEvent checkpoint(int attempt, long step) {
        return new TrainingEvent.CheckpointCommitted("tales", attempt, NOW, step, "/x", 1, null, false, null, false);
    }
}
