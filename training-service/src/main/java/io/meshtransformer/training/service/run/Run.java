package io.meshtransformer.training.service.run;

import static java.util.Objects.requireNonNull;

/**
 * What decides over a run's next state.
 *
 * @param attempts workers launched so far; the last one is the only that counts
 * @param failures workers that ended badly, one after the other, without a new checkpoint between them
 * @param committed step of the last checkpoint, 0 where there is none
 */
public record Run(String name, State state, int attempts, int failures, long committed) {
    public Run {
        requireNonNull(name, "name is null");
        requireNonNull(state, "state is null");
    }

    public static Run accepted(String name) {
        return new Run(name, new State.Accepted(), 0, 0, 0);
    }

    Run with(State next) {
        return new Run(name, next, attempts, failures, committed);
    }

    Run withFailures(int count) {
        return new Run(name, state, attempts, count, committed);
    }

    Run withCommit(long step) {
        return new Run(name, state, attempts, 0, step);
    }

    Run withNextAttempt() {
        return new Run(name, state, attempts + 1, failures, committed);
    }
}
