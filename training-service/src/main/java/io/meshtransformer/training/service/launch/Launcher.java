package io.meshtransformer.training.service.launch;

import io.meshtransformer.training.service.run.Ending;
import java.util.Optional;

/** Where workers run. They know nothing of the process that launched them, and outlive it. */
public interface Launcher {
    /**
     * Launches a worker, and ends what is left of earlier ones of its run. Does nothing where this very worker was
     * launched before.
     */
    void launch(Assignment assignment) throws LaunchException;

    /** How the worker ended; empty while it goes on. One that was never launched counts as dead. */
    Optional<Ending> ending(String run, int attempt) throws LaunchException;

    /** Asks the worker to commit and end, if it is there. */
    void stop(String run, int attempt) throws LaunchException;

    /** Ends the worker at once, if it is there. */
    void kill(String run, int attempt) throws LaunchException;
}
