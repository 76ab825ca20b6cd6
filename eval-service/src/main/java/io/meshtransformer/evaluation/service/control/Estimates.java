package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.contracts.EvaluationDescription.Metric;
import io.meshtransformer.contracts.EvaluationDescription.TaskResult;
import io.meshtransformer.evaluation.metric.MetricDefinition;
import io.meshtransformer.evaluation.metric.RunningEstimate;
import io.meshtransformer.evaluation.service.store.ChunkStore;
import io.meshtransformer.evaluation.service.store.DocumentStore;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.store.PartRow;
import io.meshtransformer.evaluation.service.store.PartStore.Standing;
import io.meshtransformer.evaluation.service.work.Tasks;
import io.meshtransformer.evaluation.task.TaskException;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Figures of the documents judged so far. Chunks that are whole are read once, those under way each time: of these there
 * are a few. For a million documents that is some kilobytes. For any thread.
 */
@Singleton
public final class Estimates {
    private static final int MOST_KNOWN = 1_000;

    private final Tasks tasks;
    private final ChunkStore chunks;
    private final DocumentStore documents;
    private final Map<Long, Part> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Part> eldest) {
            return size() > MOST_KNOWN;
        }
    };

    Estimates(Tasks tasks, ChunkStore chunks, DocumentStore documents) {
        this.tasks = tasks;
        this.chunks = chunks;
        this.documents = documents;
    }

    private record Part(List<MetricDefinition> metrics, List<RunningEstimate> estimates, BitSet counted) {}

    synchronized List<TaskResult> of(Connection connection, EvaluationRow row, List<Standing> standings)
            throws SQLException {
        var results = new ArrayList<TaskResult>();
        for (var standing : standings) {
            var part = standing.part();
            results.add(new TaskResult(
                    part.task(),
                    part.version(),
                    part.protocol(),
                    part.fewShot(),
                    part.documents(),
                    standing.done(),
                    part.excerpt(),
                    standing.done() == 0 ? List.of() : metrics(connection, part)));
        }
        return results;
    }

    private List<Metric> metrics(Connection connection, PartRow row) throws SQLException {
        var part = known.get(row.id());
        if (part == null) {
            part = part(row);
            known.put(row.id(), part);
        }
        for (var chunk : chunks.complete(connection, row, part.counted())) {
            for (var outcome : documents.outcomes(connection, row.id(), chunk.first(), chunk.last())) {
                part.estimates().forEach(estimate -> estimate.add(outcome));
            }
            part.counted().set(chunk.first());
        }
        var estimates = withThoseUnderWay(connection, row, part);
        var metrics = new ArrayList<Metric>();
        for (var i = 0; i < part.metrics().size(); i++) {
            var definition = part.metrics().get(i);
            var estimate = estimates.get(i);
            if (estimate.value().isPresent() && Double.isFinite(estimate.value().getAsDouble())) {
                var error = estimate.standardError();
                metrics.add(new Metric(
                        definition.name(),
                        estimate.value().getAsDouble(),
                        error.isPresent() ? error.getAsDouble() : null,
                        definition.higherIsBetter()));
            }
        }
        return metrics;
    }

    private List<RunningEstimate> withThoseUnderWay(Connection connection, PartRow row, Part part) throws SQLException {
        var estimates = new ArrayList<RunningEstimate>();
        for (var i = 0; i < part.metrics().size(); i++) {
            var estimate = part.metrics().get(i).running();
            estimate.add(part.estimates().get(i));
            estimates.add(estimate);
        }
        for (var chunk : chunks.underWay(connection, row)) {
            for (var outcome : documents.outcomes(connection, row.id(), chunk.first(), chunk.last())) {
                estimates.forEach(estimate -> estimate.add(outcome));
            }
        }
        return estimates;
    }

    private Part part(PartRow row) {
        List<MetricDefinition> metrics;
        try {
            metrics = tasks.named(row.task()).metrics();
        } catch (TaskException _) {
            // It was there when the evaluation was made; its figures so far are not told, and its end says why.
            metrics = List.of();
        }
        return new Part(metrics, metrics.stream().map(MetricDefinition::running).toList(), new BitSet());
    }
}
