package io.meshtransformer.evaluation.service.evaluation;

import static java.util.Objects.requireNonNull;

/**
 * What decides over an evaluation's next state.
 *
 * @param id its number
 * @param model as requests name it
 * @param checkpoint that its model is, to be published before it is asked; null where the model is served anyway
 * @param identity of what answers; null until it is known
 * @param begun whether a document was judged: from then on only that identity may answer
 * @param tries in a row for which the model was not there
 */
public record Evaluation(
        long id,
        String name,
        State state,
        String model,
        Checkpoint checkpoint,
        String identity,
        boolean begun,
        int tries) {
    public Evaluation {
        requireNonNull(name, "name is null");
        requireNonNull(state, "state is null");
        requireNonNull(model, "model is null");
    }

    /** What a training run committed. */
    public record Checkpoint(String run, long step) {
        public Checkpoint {
            requireNonNull(run, "run is null");
        }
    }

    public static Evaluation queued(long id, String name, String model, Checkpoint checkpoint) {
        return new Evaluation(id, name, new State.Queued(), model, checkpoint, null, false, 0);
    }

    Evaluation with(State next) {
        return new Evaluation(id, name, next, model, checkpoint, identity, begun, tries);
    }

    Evaluation withTries(int count) {
        return new Evaluation(id, name, state, model, checkpoint, identity, begun, count);
    }

    Evaluation answeredBy(String known) {
        return new Evaluation(id, name, state, model, checkpoint, known, begun, tries);
    }
}
