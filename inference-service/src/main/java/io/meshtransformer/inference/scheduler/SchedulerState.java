package io.meshtransformer.inference.scheduler;

/**
 * A look at the scheduler between two steps.
 *
 * @param running requests with a place on the engine
 * @param waitingInteractive interactive requests without
 * @param waitingBatch batch requests without
 * @param reservedSlots slots taken or promised
 * @param kvUsage share of the KV memory in use, 0 to 1
 * @param kvReserved share of the KV memory in use or promised, 0 to 1
 */
public record SchedulerState(
        int running, int waitingInteractive, int waitingBatch, int reservedSlots, double kvUsage, double kvReserved) {

    public static final SchedulerState EMPTY = new SchedulerState(0, 0, 0, 0, 0, 0);
}
