package io.meshtransformer.evaluation.service.evaluation;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;

/**
 * The life of an evaluation: a state and what it meets make the next state and what is to be done. Knows no clock, no
 * database and no broker.
 *
 * <p>The same input met twice does the same as once, for what is to be done may have been cut off by a crash.
 */
public final class EvaluationMachine {
    private final Patience patience;

    public EvaluationMachine(Patience patience) {
        this.patience = requireNonNull(patience, "patience is null");
    }

    public Transition meet(Evaluation evaluation, Input input, Instant now) {
        return switch (input) {
            case Input.Pause _ -> pause(evaluation);
            case Input.Resume _ -> resume(evaluation);
            case Input.Cancel _ -> cancel(evaluation, now);
            case Input.Place _ -> place(evaluation, now);
            case Input.Served(var identity) -> served(evaluation, identity, now);
            case Input.ModelMissing(var reason) -> missing(evaluation, reason, now);
            case Input.CheckpointGone(var reason) -> failedIfItGoes(evaluation, reason, now);
            case Input.ModelChanged _ -> changed(evaluation, now);
            case Input.Refused(var reason) -> failedIfItGoes(evaluation, reason, now);
            case Input.Computed _ -> computed(evaluation, now);
            case Input.Tick _ -> tick(evaluation, now);
        };
    }

    private static Transition pause(Evaluation evaluation) {
        return switch (evaluation.state()) {
            case State.Queued _, State.WithPlace _ -> Transition.to(evaluation.with(new State.Paused()));
            case State.Paused _, State.Ended _ -> Transition.to(evaluation);
        };
    }

    private static Transition resume(Evaluation evaluation) {
        return switch (evaluation.state()) {
            case State.Paused _, State.Failed _, State.Cancelled _ ->
                Transition.to(evaluation.with(new State.Queued()).withTries(0));
            case State.Queued _, State.WithPlace _, State.Finished _ -> Transition.to(evaluation);
        };
    }

    private static Transition cancel(Evaluation evaluation, Instant now) {
        return switch (evaluation.state()) {
            case State.Queued _, State.WithPlace _, State.Paused _ ->
                Transition.to(evaluation.with(new State.Cancelled(now)));
            case State.Ended _ -> Transition.to(evaluation);
        };
    }

    private Transition place(Evaluation evaluation, Instant now) {
        return switch (evaluation.state()) {
            case State.Queued _ -> asked(evaluation, null, now);
            case State.WithPlace _, State.Paused _, State.Ended _ -> Transition.to(evaluation);
        };
    }

    private Transition asked(Evaluation evaluation, String reason, Instant now) {
        var due = now.plus(patience.answer());
        var actions = new ArrayList<Action>();
        if (evaluation.checkpoint() != null) {
            actions.add(new Action.Publish(evaluation.id(), evaluation.checkpoint()));
        }
        actions.add(new Action.Describe(evaluation.id(), evaluation.model(), due));
        return new Transition(evaluation.with(new State.Waiting(due, reason)), actions);
    }

    private static Transition served(Evaluation evaluation, String identity, Instant now) {
        return switch (evaluation.state()) {
            case State.Waiting _ -> {
                if (evaluation.begun() && !identity.equals(evaluation.identity())) {
                    yield failed(evaluation, another(evaluation, identity), now);
                }
                yield Transition.to(evaluation
                        .answeredBy(identity)
                        .with(new State.Running())
                        .withTries(0));
            }
            // An answer that came late, to an earlier question.
            case State.Queued _, State.Running _, State.Paused _, State.Ended _ -> Transition.to(evaluation);
        };
    }

    private static String another(Evaluation evaluation, String identity) {
        return "what answers for '" + evaluation.model()
                + "' is another model, engine or dtype than before: its identity was "
                + evaluation.identity() + " and is " + identity
                + "; answers of two are never mixed, so evaluate under another name, or serve the first again and resume";
    }

    private Transition missing(Evaluation evaluation, String reason, Instant now) {
        return switch (evaluation.state()) {
            case State.Waiting _ -> {
                if (evaluation.checkpoint() == null) {
                    yield failed(evaluation, reason, now);
                }
                int tries = evaluation.tries() + 1;
                yield tries < patience.tries()
                        ? Transition.to(evaluation
                                .with(new State.Waiting(now.plus(patience.pauseAfter(tries)), reason))
                                .withTries(tries))
                        : failed(
                                evaluation,
                                "published " + tries + " times and not served, the last time: " + reason,
                                now);
            }
            case State.Queued _, State.Running _, State.Paused _, State.Ended _ -> Transition.to(evaluation);
        };
    }

    private Transition changed(Evaluation evaluation, Instant now) {
        return switch (evaluation.state()) {
            case State.Running _ -> asked(evaluation, null, now);
            case State.Queued _, State.Waiting _, State.Paused _, State.Ended _ -> Transition.to(evaluation);
        };
    }

    private static Transition failedIfItGoes(Evaluation evaluation, String reason, Instant now) {
        return switch (evaluation.state()) {
            case State.WithPlace _ -> failed(evaluation, reason, now);
            case State.Queued _, State.Paused _, State.Ended _ -> Transition.to(evaluation);
        };
    }

    private static Transition failed(Evaluation evaluation, String reason, Instant now) {
        return Transition.to(evaluation.with(new State.Failed(now, reason)));
    }

    private static Transition computed(Evaluation evaluation, Instant now) {
        return switch (evaluation.state()) {
            case State.Running _ -> Transition.to(evaluation.with(new State.Finished(now)));
            case State.Queued _, State.Waiting _, State.Paused _, State.Ended _ -> Transition.to(evaluation);
        };
    }

    private Transition tick(Evaluation evaluation, Instant now) {
        return switch (evaluation.state()) {
            case State.Waiting(var due, var reason) when !due.isAfter(now) -> asked(evaluation, reason, now);
            case State.Queued _, State.WithPlace _, State.Paused _, State.Ended _ -> Transition.to(evaluation);
        };
    }
}
