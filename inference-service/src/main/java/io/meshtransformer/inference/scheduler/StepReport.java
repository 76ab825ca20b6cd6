package io.meshtransformer.inference.scheduler;

import java.util.List;

/**
 * What one step did.
 *
 * @param emissions events in the order in which requesters must see them
 * @param prefillTokens prompt and continuation tokens read
 * @param decodedSequences sequences that got one further token
 * @param engineFailed whether the engine failed; the requests in the step were failed with it
 */
public record StepReport(List<Emission> emissions, int prefillTokens, int decodedSequences, boolean engineFailed) {

    public StepReport {
        emissions = List.copyOf(emissions);
    }
}
