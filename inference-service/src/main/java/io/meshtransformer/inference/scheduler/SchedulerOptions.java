package io.meshtransformer.inference.scheduler;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How the scheduler shares an engine.
 *
 * @param prefillTokens most prompt and continuation tokens in one step, over all requests; twice as many where only batch
 *     requests have run for a while
 * @param interactiveQueue most interactive requests that wait; further ones are refused
 * @param batchQueue most batch requests that wait; further ones are refused
 * @param batchPatience a batch request that has waited this long is admitted next, before interactive ones, at most once in this time
 * @param interactiveSlots slots that batch requests leave free for interactive ones
 * @param engineFailures after this many failed steps in a row the engine counts as broken
 */
public record SchedulerOptions(
        int prefillTokens,
        int interactiveQueue,
        int batchQueue,
        Duration batchPatience,
        int interactiveSlots,
        int engineFailures) {

    public SchedulerOptions {
        atLeast(1, prefillTokens, "prefillTokens");
        atLeast(1, interactiveQueue, "interactiveQueue");
        atLeast(1, batchQueue, "batchQueue");
        requireNonNull(batchPatience, "batchPatience is null");
        atLeast(0, interactiveSlots, "interactiveSlots");
        atLeast(1, engineFailures, "engineFailures");
    }

    private static void atLeast(int least, int value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be at least " + least);
        }
    }
}
