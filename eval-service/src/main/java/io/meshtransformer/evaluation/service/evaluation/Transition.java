package io.meshtransformer.evaluation.service.evaluation;

import java.util.List;

/** What an input makes of an evaluation, and what is to be done for it, in this order. */
public record Transition(Evaluation evaluation, List<Action> actions) {
    public Transition {
        actions = List.copyOf(actions);
    }

    static Transition to(Evaluation evaluation, Action... actions) {
        return new Transition(evaluation, List.of(actions));
    }
}
