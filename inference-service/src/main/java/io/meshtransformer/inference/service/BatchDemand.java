package io.meshtransformer.inference.service;

import io.meshtransformer.contracts.Priority;
import io.meshtransformer.inference.scheduler.SchedulerState;
import io.meshtransformer.inference.scheduler.StepReport;
import io.meshtransformer.inference.worker.Job;
import io.meshtransformer.inference.worker.WorkerObserver;
import java.util.function.LongConsumer;

/**
 * Asks Kafka for as many batch requests as there is room for, so the rest stays there, paused. While interactive
 * requests wait that is a single one, whose patience decides when batch work gets its turn.
 */
final class BatchDemand implements WorkerObserver {

    private final int room;
    private LongConsumer request = _ -> {};
    /** Asked for, and not with the scheduler yet. */
    private int onTheWay;

    BatchDemand(int room) {
        this.room = room;
    }

    /** @param how asks the channel for that many further records */
    synchronized void begin(LongConsumer how) {
        request = how;
        ask(SchedulerState.EMPTY);
    }

    /** A record came that was no request. */
    synchronized void wasted() {
        request.accept(1);
    }

    @Override
    public synchronized void taken(Job job) {
        if (job.priority() == Priority.BATCH) {
            onTheWay--;
        }
    }

    @Override
    public synchronized void stepped(StepReport report, SchedulerState after, long nanos) {
        ask(after);
    }

    private void ask(SchedulerState state) {
        var wanted = state.waitingInteractive() > 0 ? 1 : room;
        var more = wanted - state.waitingBatch() - onTheWay;
        if (more > 0) {
            onTheWay += more;
            request.accept(more);
        }
    }
}
