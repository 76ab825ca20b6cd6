package io.meshtransformer.training.service.run;

import java.util.List;

/** What an input makes of a run, and what is to be done for it, in this order. */
public record Transition(Run run, List<Action> actions) {
    public Transition {
        actions = List.copyOf(actions);
    }

    static Transition to(Run run, Action... actions) {
        return new Transition(run, List.of(actions));
    }
}
