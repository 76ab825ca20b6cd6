package io.meshtransformer.evaluation.service.results;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.contracts.EvaluationDescription.TaskResult;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.evaluation.report.Results;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Figures of each task and protocol as they are kept and told. */
public final class Figures {
    private static final JsonMapper JSON = new JsonMapper();

    private Figures() {}

    static String write(Results results) {
        return new String(
                MessageCodec.write(
                        results.tasks().stream().map(Figures::figures).toList()),
                UTF_8);
    }

    private static TaskResult figures(Results.TaskResults results) {
        return new TaskResult(
                results.task(),
                results.version(),
                results.protocol(),
                results.fewShot(),
                results.count(),
                results.count(),
                results.excerpt(),
                results.metrics());
    }

    /** What {@link #write} wrote. */
    public static List<TaskResult> read(String json) {
        try {
            var all = new ArrayList<TaskResult>();
            for (var part : JSON.readTree(json)) {
                all.add(MessageCodec.read(JSON.writeValueAsBytes(part), TaskResult.class));
            }
            return all;
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("figures are not what was stored", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A JSON object that was stored. */
    public static JsonObject parse(String json) {
        try {
            return JsonObject.of((ObjectNode) JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
