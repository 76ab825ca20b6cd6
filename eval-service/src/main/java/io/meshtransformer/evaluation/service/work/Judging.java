package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.evaluation.service.control.ControlPlane;
import io.meshtransformer.evaluation.service.evaluation.Input;
import io.meshtransformer.evaluation.service.store.ChunkStore;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.DocumentStore;
import io.meshtransformer.evaluation.service.store.EvaluationStore;
import io.meshtransformer.evaluation.service.store.JudgedDocument;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Judges answered documents, and writes them together with their chunk's progress. */
@Singleton
final class Judging {
    private static final Logger LOG = Logger.getLogger(Judging.class);

    private final Database database;
    private final EvaluationStore evaluations;
    private final ChunkStore chunks;
    private final DocumentStore documents;
    private final ControlPlane controlPlane;
    private final WorkMetrics metrics;

    Judging(
            Database database,
            EvaluationStore evaluations,
            ChunkStore chunks,
            DocumentStore documents,
            ControlPlane controlPlane,
            WorkMetrics metrics) {
        this.database = database;
        this.evaluations = evaluations;
        this.chunks = chunks;
        this.documents = documents;
        this.controlPlane = controlPlane;
        this.metrics = metrics;
    }

    /**
     * @param answered documents of the chunk
     * @return whether they were taken: they are not where the evaluation does not run, or something else answers for it
     */
    boolean judge(OpenChunk chunk, List<OpenDocument> answered) {
        return judged(chunk, answered).map(judged -> written(chunk, judged)).orElse(false);
    }

    /** Empty where one can't be: then the evaluation knows why. */
    private Optional<List<JudgedDocument>> judged(OpenChunk chunk, List<OpenDocument> answered) {
        try {
            return Optional.of(answered.stream().map(OpenDocument::judge).toList());
        } catch (IllegalArgumentException e) {
            var task = chunk.claim().part().task();
            LOG.errorf(e, "documents of %s cannot be judged", task);
            controlPlane.met(
                    chunk.evaluation().id(),
                    new Input.Refused("a document of '" + task + "' cannot be judged: " + e.getMessage()));
            return Optional.empty();
        }
    }

    private boolean written(OpenChunk chunk, List<JudgedDocument> judged) {
        var added = database.read(connection -> {
            if (!evaluations.takes(
                    connection, chunk.evaluation().id(), chunk.source().identity())) {
                return Optional.<Integer>empty();
            }
            var fresh = documents.add(connection, chunk.claim().part().id(), judged);
            chunks.judged(connection, chunk.claim().key(), fresh);
            return Optional.of(fresh);
        });
        added.ifPresent(metrics::documents);
        return added.isPresent();
    }
}
