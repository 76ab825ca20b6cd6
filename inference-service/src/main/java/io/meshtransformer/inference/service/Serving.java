package io.meshtransformer.inference.service;

import io.meshtransformer.inference.engine.LoadedModel;
import io.meshtransformer.inference.metrics.InferenceMetrics;
import io.meshtransformer.inference.scheduler.ParallelRowReading;
import io.meshtransformer.inference.worker.AnswerOutlet;
import io.meshtransformer.inference.worker.Worker;

/** What belongs to a model while it is served. */
record Serving(
        String name,
        LoadedModel model,
        Worker worker,
        AnswerOutlet outlet,
        BatchDemand.Share batchDemand,
        ParallelRowReading reading,
        InferenceMetrics metrics)
        implements AutoCloseable {

    /** The worker's thread must have ended. */
    @Override
    public void close() {
        batchDemand.close();
        metrics.close();
        reading.close();
        model.engine().close();
    }
}
