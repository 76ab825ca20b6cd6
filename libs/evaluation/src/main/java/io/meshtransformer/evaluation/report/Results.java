package io.meshtransformer.evaluation.report;

import io.meshtransformer.contracts.EvaluationDescription.Metric;
import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.files.Sha256;
import java.util.List;

/**
 * What an evaluation comes to. It is a function of the tasks, the documents and the model's answers alone: computed again
 * from the same answers, in whatever order they come, it is the same bytes.
 *
 * @param tasks one for each task and protocol, in the order of the evaluation's settings
 */
public record Results(List<TaskResults> tasks) {
    public Results {
        tasks = List.copyOf(required(tasks, "tasks"));
    }

    /** As canonical JSON. */
    public byte[] bytes() {
        return CanonicalJson.bytes(this);
    }

    /** SHA-256 (hexadecimal) of the bytes. */
    public String hash() {
        return Sha256.of(bytes());
    }

    /**
     * One task under one protocol.
     *
     * @param version of the task's definition
     * @param taskHash SHA-256 (hexadecimal) of the task's definition
     * @param dataHash SHA-256 (hexadecimal) of the documents' file
     * @param excerpt whether the data was the excerpt that comes with the software
     * @param fewShot examples before each document
     * @param count of the documents that were judged
     * @param metrics in the order of the task's definition
     */
    public record TaskResults(
            String task,
            String version,
            String taskHash,
            String dataHash,
            boolean excerpt,
            EvaluationProtocol protocol,
            int fewShot,
            long count,
            List<Metric> metrics,
            DocumentHashes documents) {
        public TaskResults {
            required(task, "task");
            required(version, "version");
            required(taskHash, "taskHash");
            required(dataHash, "dataHash");
            required(protocol, "protocol");
            metrics = List.copyOf(required(metrics, "metrics"));
            required(documents, "documents");
        }
    }

    /** The sentence reaches whoever sent a receipt without it. */
    static <T> T required(T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException("'" + name + "' is missing");
        }
        return value;
    }
}
