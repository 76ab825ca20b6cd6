package io.meshtransformer.inference.worker;

import io.meshtransformer.inference.scheduler.SchedulerState;
import io.meshtransformer.inference.scheduler.StepReport;

/** Is told what a worker does, on its thread. */
public interface WorkerObserver {

    /** The scheduler has the job now. */
    void taken(Job job);

    /** @param nanos that the step took, until its events were sent */
    void stepped(StepReport report, SchedulerState after, long nanos);

    /** Tells several, in their order. */
    static WorkerObserver all(WorkerObserver first, WorkerObserver second) {
        return new WorkerObserver() {
            @Override
            public void taken(Job job) {
                first.taken(job);
                second.taken(job);
            }

            @Override
            public void stepped(StepReport report, SchedulerState after, long nanos) {
                first.stepped(report, after, nanos);
                second.stepped(report, after, nanos);
            }
        };
    }
}
