package io.meshtransformer.inference.service;

import io.meshtransformer.contracts.Priority;
import io.meshtransformer.inference.scheduler.SchedulerState;
import io.meshtransformer.inference.scheduler.StepReport;
import io.meshtransformer.inference.worker.Job;
import io.meshtransformer.inference.worker.WorkerObserver;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Asks Kafka for as many batch requests as there is room for, so the rest stays there, paused. While interactive
 * requests wait that is a single one, whose patience decides when batch work gets its turn. The workers of all models
 * share it, since nobody knows for which model the next request is.
 */
final class BatchDemand {

    private final int room;
    private final Set<Share> shares = new LinkedHashSet<>();
    private LongConsumer request = _ -> {};
    /** Asked for, and not with a scheduler yet. */
    private int onTheWay;

    BatchDemand(int room) {
        this.room = room;
    }

    /** For one more worker. */
    synchronized Share share() {
        var share = new Share();
        shares.add(share);
        return share;
    }

    /** @param how asks the channel for that many further records */
    synchronized void begin(LongConsumer how) {
        request = how;
        ask();
    }

    /** A record came that was no request. */
    synchronized void wasted() {
        request.accept(1);
    }

    private void ask() {
        var waitingInteractive = shares.stream()
                .mapToInt(share -> share.state.waitingInteractive())
                .sum();
        var waitingBatch =
                shares.stream().mapToInt(share -> share.state.waitingBatch()).sum();
        var wanted = waitingInteractive > 0 ? 1 : room;
        var more = wanted - waitingBatch - onTheWay;
        if (more > 0) {
            onTheWay += more;
            request.accept(more);
        }
    }

    /** What one worker tells. */
    final class Share implements WorkerObserver, AutoCloseable {
        private SchedulerState state = SchedulerState.EMPTY;

        private Share() {}

        @Override
        public void taken(Job job) {
            synchronized (BatchDemand.this) {
                if (job.priority() == Priority.BATCH) {
                    onTheWay--;
                }
            }
        }

        @Override
        public void stepped(StepReport report, SchedulerState after, long nanos) {
            synchronized (BatchDemand.this) {
                state = after;
                ask();
            }
        }

        /** The worker has ended. */
        @Override
        public void close() {
            synchronized (BatchDemand.this) {
                shares.remove(this);
                ask();
            }
        }
    }
}
