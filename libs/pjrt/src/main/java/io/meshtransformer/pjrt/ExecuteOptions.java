package io.meshtransformer.pjrt;

import java.util.Set;

/**
 * How a loaded program runs once.
 *
 * @param kept places of arguments that are not donated though the program could take them
 * @param launchId the same number on all hosts for the same run, so that a wrong order is noticed; 0 for none
 */
public record ExecuteOptions(Set<Integer> kept, int launchId) {
    public static final ExecuteOptions DEFAULT = new ExecuteOptions(Set.of(), 0);

    public ExecuteOptions {
        kept = Set.copyOf(kept);
    }

    /** Donates no argument at these places. */
    public static ExecuteOptions keeping(Integer... arguments) {
        return new ExecuteOptions(Set.of(arguments), 0);
    }
}
