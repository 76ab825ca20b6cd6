package io.meshtransformer.local.client;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.LauncherException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Evaluations of a gateway, as its JSON. Every method throws a {@link LauncherException}: with the gateway's own words if
 * it refuses, or naming the address if nobody answers.
 */
public final class EvaluationClient {
    private static final Set<String> ENDED = Set.of("finished", "failed", "cancelled");

    private final GatewayResource evaluations;

    public EvaluationClient(String url) {
        this.evaluations = new GatewayResource(requireNonNull(url, "url is null"), "/v1/evaluations");
    }

    /** @param settings with a name, or without: then one is made up */
    public JsonNode submit(JsonNode settings) throws InterruptedException {
        return evaluations.post(evaluations.address(""), settings);
    }

    /** All of them, newest first. */
    public List<JsonNode> list() throws InterruptedException {
        return evaluations.list(evaluations.address(""));
    }

    public List<JsonNode> tasks() throws InterruptedException {
        return evaluations.list(evaluations.address("/tasks"));
    }

    /** With its receipt, once it is finished. */
    public JsonNode describe(String evaluation) throws InterruptedException {
        return evaluations.get(evaluations.address(evaluation, ""));
    }

    public JsonNode pause(String evaluation) throws InterruptedException {
        return evaluations.post(evaluations.address(evaluation, "/pause"));
    }

    public JsonNode resume(String evaluation) throws InterruptedException {
        return evaluations.post(evaluations.address(evaluation, "/resume"));
    }

    public JsonNode cancel(String evaluation) throws InterruptedException {
        return evaluations.post(evaluations.address(evaluation, "/cancel"));
    }

    public JsonNode rebuild(String evaluation) throws InterruptedException {
        return evaluations.post(evaluations.address(evaluation, "/rebuild"));
    }

    public JsonNode receipt(String evaluation) throws InterruptedException {
        return evaluations.get(evaluations.address(evaluation, "/receipt"));
    }

    /** @param sample documents of each task and protocol to ask again */
    public JsonNode verify(JsonNode receipt, int sample) throws InterruptedException {
        return evaluations.post(evaluations.address("/verify?sample=" + sample), receipt);
    }

    /**
     * Tells how an evaluation stands until it has ended.
     *
     * @return how it ended, as {@link #describe} has it
     */
    public JsonNode follow(String evaluation, Consumer<JsonNode> listener) throws InterruptedException {
        var ended = new AtomicReference<JsonNode>();
        evaluations.follow(evaluations.address(evaluation, "/events"), (_, event) -> {
            // An event may be older than the stream: one that was cancelled may have been resumed since.
            var now = hasEnded(event) ? describe(evaluation) : event;
            if (hasEnded(now)) {
                ended.set(now);
                return true;
            }
            listener.accept(now);
            return false;
        });
        return ended.get();
    }

    /** Whether nothing happens to it until somebody asks for it. */
    public static boolean hasEnded(JsonNode evaluation) {
        return ENDED.contains(evaluation.path("state").asText());
    }
}
