package io.meshtransformer.inference.scheduler;

import io.meshtransformer.contracts.RequestRefusedException;

/** Checks a request and makes its task. */
@FunctionalInterface
public interface TaskFactory {

    /**
     * @param capacity the engine's, of which the task reserves
     * @throws RequestRefusedException if the request is at fault or can never fit
     */
    Task create(Submission submission, Capacity.Share capacity) throws RequestRefusedException;
}
