package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * An evaluation as eval-service knows it.
 *
 * @param name chosen by whoever asked
 * @param reason why it is in this state, or null
 * @param run training run whose checkpoint it evaluates, or null
 * @param step of that checkpoint, or null
 * @param served what answers; null until it is known
 * @param tokenizerHash null until it is known
 * @param documents to be judged under all protocols together
 * @param done of these, judged
 * @param reused requests that need not be sent when they were first made: answered before, or another document's too
 * @param asked requests that had to be; with the reused ones those of all documents that were begun
 * @param documentsPerSecond of late; null where nothing goes on
 * @param secondsLeft null where it can't be told
 * @param results one for each task and protocol; while it runs, of the documents done so far
 * @param receipt null until it is finished, and where the answer is a list
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EvaluationDescription(
        String name,
        EvaluationState state,
        String reason,
        EvaluationSettings settings,
        String run,
        Long step,
        ServedModel served,
        String tokenizerHash,
        long documents,
        long done,
        long reused,
        long asked,
        Double documentsPerSecond,
        Double secondsLeft,
        List<TaskResult> results,
        JsonObject receipt,
        Instant created,
        Instant started,
        Instant finished) {
    public EvaluationDescription {
        Required.field(name, "name");
        Required.field(state, "state");
        Required.field(settings, "settings");
        results = List.copyOf(Required.field(results, "results"));
        Required.field(created, "created");
    }

    /**
     * One task under one protocol.
     *
     * @param version of the task's definition
     * @param fewShot examples before each document
     * @param documents to be judged
     * @param done of these, judged
     * @param excerpt whether the data was the excerpt that comes with the software, and not the whole set
     * @param metrics none until a document is judged
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TaskResult(
            String task,
            String version,
            EvaluationProtocol protocol,
            int fewShot,
            long documents,
            long done,
            boolean excerpt,
            List<Metric> metrics) {
        public TaskResult {
            Required.field(task, "task");
            Required.field(version, "version");
            Required.field(protocol, "protocol");
            metrics = List.copyOf(Required.field(metrics, "metrics"));
        }
    }

    /**
     * A figure and how sure it is.
     *
     * @param name such as {@code acc} or {@code perplexity}
     * @param standardError null where it is not known: of a single document, and of bootstrapped ones until the end
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Metric(String name, double value, Double standardError, boolean higherIsBetter) {
        public Metric {
            Required.field(name, "name");
        }
    }
}
