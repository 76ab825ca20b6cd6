package io.meshtransformer.inference.scheduler;

import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Priority;

/** A request handed to the scheduler; whoever hands it in adds how it is answered. Two submissions are never equal. */
public interface Submission {

    InferenceRequest request();

    Priority priority();
}
