package io.meshtransformer.evaluation.service.store;

import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.evaluation.service.evaluation.Evaluation;
import io.meshtransformer.evaluation.service.evaluation.Evaluation.Checkpoint;
import io.meshtransformer.evaluation.service.evaluation.State;
import java.time.Instant;

/**
 * An evaluation as it is kept.
 *
 * @param checkpoint that its model is, or null
 * @param publish whether that must be published first
 * @param moment when the model is asked again, or when the evaluation ended; null in other states
 * @param served null until it is known
 * @param tokenizerHash null until it is known
 * @param figures of each task and protocol, as JSON; null until it is finished
 * @param progress as it was told last
 */
public record EvaluationRow(
        long id,
        String name,
        EvaluationSettings settings,
        Checkpoint checkpoint,
        boolean publish,
        Instant created,
        Instant started,
        EvaluationState state,
        Instant moment,
        String reason,
        int tries,
        ServedModel served,
        String tokenizerHash,
        String figures,
        Progress progress) {
    /**
     * How far it was.
     *
     * @param told when; null where it never was
     * @param done documents judged then
     * @param rate documents a second; null where that can't be told
     */
    public record Progress(Instant told, long done, Double rate) {}

    /** @param begun whether a document is judged */
    public Evaluation evaluation(boolean begun) {
        var current =
                switch (state) {
                    case QUEUED -> new State.Queued();
                    case WAITING -> new State.Waiting(moment, reason);
                    case RUNNING -> new State.Running();
                    case PAUSED -> new State.Paused();
                    case FINISHED -> new State.Finished(moment);
                    case FAILED -> new State.Failed(moment, reason);
                    case CANCELLED -> new State.Cancelled(moment);
                };
        return new Evaluation(
                id,
                name,
                current,
                settings.model(),
                publish ? checkpoint : null,
                served == null ? null : served.identity(),
                begun,
                tries);
    }

    static EvaluationState stateOf(State state) {
        return switch (state) {
            case State.Queued _ -> EvaluationState.QUEUED;
            case State.Waiting _ -> EvaluationState.WAITING;
            case State.Running _ -> EvaluationState.RUNNING;
            case State.Paused _ -> EvaluationState.PAUSED;
            case State.Finished _ -> EvaluationState.FINISHED;
            case State.Failed _ -> EvaluationState.FAILED;
            case State.Cancelled _ -> EvaluationState.CANCELLED;
        };
    }

    static Instant momentOf(State state) {
        return switch (state) {
            case State.Waiting(var due, var _) -> due;
            case State.Ended ended -> ended.at();
            case State.Queued _, State.Running _, State.Paused _ -> null;
        };
    }

    static String reasonOf(State state) {
        return switch (state) {
            case State.Waiting(var _, var reason) -> reason;
            case State.Failed(var _, var reason) -> reason;
            case State.Queued _, State.Running _, State.Paused _, State.Finished _, State.Cancelled _ -> null;
        };
    }
}
