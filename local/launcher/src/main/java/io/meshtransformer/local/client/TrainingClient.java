package io.meshtransformer.local.client;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.LauncherException;
import java.util.List;

/**
 * Training runs of a gateway, as its JSON. Every method throws a {@link LauncherException}: with the gateway's own words
 * if it refuses, or naming the address if nobody answers.
 */
public final class TrainingClient {
    private final GatewayResource runs;

    public TrainingClient(String url) {
        this.runs = new GatewayResource(requireNonNull(url, "url is null"), "/v1/training/runs");
    }

    public JsonNode submit(JsonNode configuration) throws InterruptedException {
        return runs.post(runs.address(""), configuration);
    }

    /** All runs, newest first. */
    public List<JsonNode> list() throws InterruptedException {
        return runs.list(runs.address(""));
    }

    public JsonNode describe(String run) throws InterruptedException {
        return runs.get(runs.address(run, ""));
    }

    /** @param limit most steps of the curve */
    public JsonNode history(String run, int limit) throws InterruptedException {
        return runs.get(runs.address(run, "/history?limit=" + limit));
    }

    /** Commits and stops. */
    public JsonNode cancel(String run) throws InterruptedException {
        return runs.post(runs.address(run, "/cancel"));
    }

    /** Goes on from the last commit. */
    public JsonNode resume(String run) throws InterruptedException {
        return runs.post(runs.address(run, "/resume"));
    }

    /** Is told how a run is, and what happens to it. */
    public interface Follower {
        void onRun(JsonNode description);

        void onEvent(JsonNode event);

        /** Asked after each: whether that was all. */
        boolean done();
    }

    /** Follows a run until the follower is done; a connection that breaks is taken up again where it broke. */
    public void follow(String run, Follower follower) throws InterruptedException {
        runs.follow(runs.address(run, "/events"), (kind, event) -> {
            if ("run".equals(kind)) {
                follower.onRun(event);
            } else {
                follower.onEvent(event);
            }
            return follower.done();
        });
    }
}
