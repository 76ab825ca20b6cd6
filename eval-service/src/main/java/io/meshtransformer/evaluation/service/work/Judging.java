package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.evaluation.service.control.ControlPlane;
import io.meshtransformer.evaluation.service.evaluation.Input;
import io.meshtransformer.evaluation.service.store.ChunkStore;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.DocumentStore;
import io.meshtransformer.evaluation.service.store.EvaluationStore;
import io.meshtransformer.evaluation.service.store.JudgedDocument;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
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

    /** Answered documents of a chunk. */
    record Answered(OpenChunk chunk, List<OpenDocument> documents) {}

    private record Judged(OpenChunk chunk, List<JudgedDocument> documents) {}

    /**
     * @param answered of chunks of one evaluation
     * @return whether they were taken: they are not where the evaluation does not run, or something else answers for it
     */
    boolean judge(List<Answered> answered) {
        var judged = new ArrayList<Judged>();
        for (var each : answered) {
            try {
                judged.add(new Judged(
                        each.chunk(),
                        each.documents().stream().map(OpenDocument::judge).toList()));
            } catch (IllegalArgumentException e) {
                var task = each.chunk().claim().part().task();
                LOG.errorf(e, "documents of %s cannot be judged", task);
                controlPlane.met(
                        each.chunk().evaluation().id(),
                        new Input.Refused("a document of '" + task + "' cannot be judged: " + e.getMessage()));
                return false;
            }
        }
        return written(judged);
    }

    private boolean written(List<Judged> judged) {
        var one = judged.getFirst().chunk();
        var added = database.read(connection -> {
            if (!evaluations.takes(
                    connection, one.evaluation().id(), one.source().identity())) {
                return OptionalInt.empty();
            }
            var count = 0;
            for (var each : judged) {
                var claim = each.chunk().claim();
                var fresh = documents.add(connection, claim.part().id(), each.documents());
                chunks.judged(connection, claim.key(), fresh);
                count += fresh;
            }
            return OptionalInt.of(count);
        });
        added.ifPresent(metrics::documents);
        return added.isPresent();
    }
}
