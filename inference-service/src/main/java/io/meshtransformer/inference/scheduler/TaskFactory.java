package io.meshtransformer.inference.scheduler;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.RequestRefusedException;

/** Checks a request and says what is to be done for it. */
@FunctionalInterface
public interface TaskFactory {

    /**
     * @param capacity the engine's, of which a task reserves
     * @throws RequestRefusedException if the request is at fault or can never fit
     */
    Work create(Submission submission, Capacity.Share capacity) throws RequestRefusedException;

    /** What there is to do for a request. */
    sealed interface Work {
        /** It waits for a place on the engine. */
        record Run(Task task) implements Work {}

        /** Nothing: its answer is known, and goes out with the next step's, whoever waits for a place. */
        record Answer(AnswerEvent event) implements Work {}
    }
}
