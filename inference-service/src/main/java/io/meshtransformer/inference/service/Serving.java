package io.meshtransformer.inference.service;

import io.meshtransformer.inference.engine.LoadedModel;
import io.meshtransformer.inference.metrics.InferenceMetrics;
import io.meshtransformer.inference.scheduler.ParallelRowReading;
import io.meshtransformer.inference.worker.AnswerOutlet;
import io.meshtransformer.inference.worker.Job;
import io.meshtransformer.inference.worker.Worker;

/** What belongs to a model while it is served. */
record Serving(
        String name,
        LoadedModel model,
        Worker worker,
        Identification identification,
        AnswerOutlet outlet,
        BatchDemand.Share batchDemand,
        ParallelRowReading reading,
        InferenceMetrics metrics)
        implements AutoCloseable {

    void start() {
        worker.start();
        identification.start(new Identification.Target(worker::submit, worker::cancel));
    }

    /** A request for another model is refused. */
    void submit(Job job) {
        if (!job.request().model().equals(name) || !identification.keeps(job)) {
            worker.submit(job);
        }
    }

    void cancel(String requestId) {
        identification.cancel(requestId);
        worker.cancel(requestId);
    }

    /** The worker's thread must have ended. */
    @Override
    public void close() {
        identification.stop();
        batchDemand.close();
        metrics.close();
        reading.close();
        model.engine().close();
    }
}
