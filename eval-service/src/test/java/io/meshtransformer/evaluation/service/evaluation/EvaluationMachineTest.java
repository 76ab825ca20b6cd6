package io.meshtransformer.evaluation.service.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.evaluation.service.evaluation.Evaluation.Checkpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationMachineTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final Patience PATIENCE =
            new Patience(Duration.ofSeconds(60), Duration.ofSeconds(2), Duration.ofSeconds(10), 4);
    private static final Checkpoint CHECKPOINT = new Checkpoint("tales", 800);
    private static final List<Input> INPUTS = List.of(
            new Input.Pause(),
            new Input.Resume(),
            new Input.Cancel(),
            new Input.Place(),
            new Input.Served("one"),
            new Input.ModelMissing("not there"),
            new Input.CheckpointGone("deleted"),
            new Input.ModelChanged(),
            new Input.Refused("unreadable"),
            new Input.Computed(),
            new Input.Tick());

    private final EvaluationMachine machine = new EvaluationMachine(PATIENCE);
    private final Evaluation queued = Evaluation.queued(1, "e", "stories", null);
    private final Evaluation ofCheckpoint = Evaluation.queued(2, "c", "tales@800", CHECKPOINT);

    private Evaluation after(Evaluation evaluation, Input... inputs) {
        for (var input : inputs) {
            evaluation = machine.meet(evaluation, input, NOW).evaluation();
        }
        return evaluation;
    }

    private Evaluation running() {
        return after(queued, new Input.Place(), new Input.Served("one"));
    }

    private static Evaluation begun(Evaluation evaluation) {
        return new Evaluation(
                evaluation.id(),
                evaluation.name(),
                evaluation.state(),
                evaluation.model(),
                evaluation.checkpoint(),
                evaluation.identity(),
                true,
                evaluation.tries());
    }

    @Test
    void anEvaluationAsksWhatAnswersRunsAndFinishes() {
        var placed = machine.meet(queued, new Input.Place(), NOW);
        assertThat(placed.evaluation().state()).isEqualTo(new State.Waiting(NOW.plusSeconds(60), null));
        assertThat(placed.actions()).containsExactly(new Action.Describe(1, "stories", NOW.plusSeconds(60)));

        var running = after(placed.evaluation(), new Input.Served("one"));
        assertThat(running.state()).isEqualTo(new State.Running());
        assertThat(running.identity()).isEqualTo("one");
        assertThat(after(running, new Input.Computed()).state()).isEqualTo(new State.Finished(NOW));
    }

    @Test
    void aCheckpointIsPublishedBeforeItIsAskedAndAgainWhileItIsNotThere() {
        var placed = machine.meet(ofCheckpoint, new Input.Place(), NOW);
        assertThat(placed.actions())
                .containsExactly(
                        new Action.Publish(2, CHECKPOINT), new Action.Describe(2, "tales@800", NOW.plusSeconds(60)));

        var missing = after(placed.evaluation(), new Input.ModelMissing("not yet"));
        assertThat(missing.state()).isEqualTo(new State.Waiting(NOW.plusSeconds(2), "not yet"));
        assertThat(machine.meet(missing, new Input.Tick(), NOW.plusSeconds(1)).actions())
                .isEmpty();
        assertThat(machine.meet(missing, new Input.Tick(), NOW.plusSeconds(2)).actions())
                .containsExactly(
                        new Action.Publish(2, CHECKPOINT), new Action.Describe(2, "tales@800", NOW.plusSeconds(62)));
    }

    @Test
    void aCheckpointThatNeverComesIsGivenUp() {
        var waiting = after(ofCheckpoint, new Input.Place());
        for (var i = 0; i < 3; i++) {
            waiting = after(waiting, new Input.ModelMissing("not yet"));
            assertThat(waiting.state()).isInstanceOf(State.Waiting.class);
        }
        assertThat(after(waiting, new Input.ModelMissing("not yet")).state())
                .isEqualTo(new State.Failed(NOW, "published 4 times and not served, the last time: not yet"));
    }

    @Test
    void aCheckpointThatIsDeletedMeanwhileFailsWithThat() {
        assertThat(after(ofCheckpoint, new Input.Place(), new Input.CheckpointGone("step 800 is gone"))
                        .state())
                .isEqualTo(new State.Failed(NOW, "step 800 is gone"));
    }

    @Test
    void aModelThatIsNotServedFailsTheEvaluation() {
        assertThat(after(queued, new Input.Place(), new Input.ModelMissing("'stories' is not served"))
                        .state())
                .isEqualTo(new State.Failed(NOW, "'stories' is not served"));
    }

    @Test
    void whatAnswersIsAskedAgainWhereItChangedAndAnswersOfTwoAreNotMixed() {
        var asked = machine.meet(running(), new Input.ModelChanged(), NOW);
        assertThat(asked.actions()).hasSize(1);
        assertThat(after(asked.evaluation(), new Input.Served("one")).state()).isEqualTo(new State.Running());
        assertThat(after(asked.evaluation(), new Input.Served("two")).identity())
                .isEqualTo("two");

        var mixed = after(begun(asked.evaluation()), new Input.Served("two"));
        assertThat(mixed.state()).isInstanceOfSatisfying(State.Failed.class, failed -> assertThat(failed.reason())
                .contains("its identity was one and is two", "never mixed"));
        assertThat(after(begun(asked.evaluation()), new Input.Served("one")).state())
                .isEqualTo(new State.Running());
    }

    @Test
    void silenceIsAskedAgainWithoutEnd() {
        var waiting = after(queued, new Input.Place());
        for (var minute = 1; minute < 100; minute++) {
            var asked = machine.meet(waiting, new Input.Tick(), NOW.plusSeconds(60L * minute));
            assertThat(asked.actions()).hasSize(1);
            waiting = asked.evaluation();
        }
    }

    @Test
    void pausedAndEndedOnesTakeNoPlaceUntilSomebodyResumesThem() {
        for (var stop : List.of(new Input.Pause(), new Input.Cancel(), new Input.Refused("unreadable"))) {
            var stopped = after(running(), stop);
            assertThat(stopped.state()).isNotInstanceOf(State.WithPlace.class);
            for (var input : INPUTS) {
                if (!(input instanceof Input.Resume || input instanceof Input.Cancel)) {
                    assertThat(after(stopped, input)).isEqualTo(stopped);
                }
            }
            assertThat(after(stopped, new Input.Resume()).state()).isEqualTo(new State.Queued());
        }
    }

    @Test
    void whatIsFinishedStaysFinished() {
        var finished = after(running(), new Input.Computed());
        for (var input : INPUTS) {
            var transition = machine.meet(finished, input, NOW.plusSeconds(1));
            assertThat(transition.evaluation()).isEqualTo(finished);
            assertThat(transition.actions()).isEmpty();
        }
    }

    @Test
    void aLateAnswerChangesNothing() {
        assertThat(after(running(), new Input.Served("two"))).isEqualTo(running());
        assertThat(after(running(), new Input.ModelMissing("gone"))).isEqualTo(running());
    }
}
