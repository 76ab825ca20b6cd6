package io.meshtransformer.training.checkpoint;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which checkpoints are kept. One that is pinned, and the one committed last, are kept whatever the rule says.
 *
 * @param last so many of the newest, up to the one committed last
 * @param every steps that are multiples of this are kept for good; 0 for none
 * @param best whether the one of the lowest validation loss is kept, of equal ones the earliest
 */
public record RetentionRule(int last, long every, boolean best) {
    /** The last three, and the best. */
    public static final RetentionRule DEFAULT = new RetentionRule(3, 0, true);

    public RetentionRule {
        require("checkpoints kept: last", last, last >= 1, "must be at least 1");
        require("checkpoints kept: every", every, every >= 0, "must be at least 0");
    }

    private static void require(String what, long value, boolean valid, String rule) {
        if (!valid) {
            throw new IllegalArgumentException(what + " " + value + " " + rule);
        }
    }

    /**
     * The steps to keep.
     *
     * @param committed the one committed last; later steps are of a course that the run left by going back, and stay
     *     until it comes there again
     */
    TreeSet<Long> kept(Collection<CommittedCheckpoint> checkpoints, long committed) {
        var kept = new TreeSet<Long>();
        kept.add(committed);
        checkpoints.stream()
                .map(CommittedCheckpoint::step)
                .filter(step -> step <= committed)
                .sorted(Comparator.reverseOrder())
                .limit(last)
                .forEach(kept::add);
        checkpoints.stream()
                .map(CommittedCheckpoint::step)
                .filter(step -> step > committed || every > 0 && step % every == 0)
                .forEach(kept::add);
        if (best) {
            best(checkpoints).ifPresent(checkpoint -> kept.add(checkpoint.step()));
        }
        return kept;
    }

    /** The one of the lowest validation loss, of equal ones the earliest; nothing where none was evaluated. */
    static Optional<CommittedCheckpoint> best(Collection<CommittedCheckpoint> checkpoints) {
        return checkpoints.stream()
                .filter(checkpoint -> checkpoint.manifest().validationLoss().isPresent())
                .min(Comparator.comparingDouble((CommittedCheckpoint checkpoint) ->
                                checkpoint.manifest().validationLoss().orElseThrow())
                        .thenComparing(CommittedCheckpoint::step));
    }
}
