package io.meshtransformer.local.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** SIGTERM to the gateway in the middle of a stream, with real processes. */
abstract class StopsItsGateway {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TOKENS = 250;
    private static final String ONE_RUNNING = "mtj_gateway_requests_running 1.0";

    private final RunningSuite suite = OneSuiteIT.suite();

    @Test
    void whatRunsIsFinishedAndWhatIsNewIsRefusedInTheShapeOfOpenAi() throws Exception {
        var worker = suite.mtj().status("inference-service").get("pid").asLong();
        var gateway = suite.mtj().status("gateway").get("pid").asLong();
        var request = Completions.request("stories")
                .put("prompt", "Once upon a time")
                .put("max_tokens", TOKENS)
                .put("ignore_eos", true);
        HttpResponse<String> refusal;
        CompletableFuture<Integer> stream;
        // Without its worker the stream stands still until the refusal has been seen.
        Mtj.signal("STOP", worker);
        try {
            stream = tokensOf(request);
            await().until(() -> suite.completions().get("/q/metrics").body().contains(ONE_RUNNING));
            Mtj.signal("TERM", gateway);
            refusal = await().until(this::postNothing, answer -> answer.statusCode() == 503);
        } finally {
            Mtj.signal("CONT", worker);
        }

        assertThat(refusal.headers().firstValue("Retry-After")).isPresent();
        var error = JSON.readTree(refusal.body()).get("error");
        assertThat(error.get("code").asText()).isEqualTo("service_unavailable");
        assertThat(error.get("message").asText()).contains("is stopping");
        assertThat(stream).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(TOKENS);
    }

    /** A request that is refused in any case, and by the gateway itself. */
    private HttpResponse<String> postNothing() throws Exception {
        return suite.completions().post("/v1/completions", "{}".getBytes(StandardCharsets.UTF_8));
    }

    private CompletableFuture<Integer> tokensOf(ObjectNode request) {
        var tokens = new CompletableFuture<Integer>();
        Thread.ofVirtual().start(() -> {
            try {
                tokens.complete(suite.completions().stream(request).tokenIds().size());
            } catch (Exception | AssertionError e) {
                tokens.completeExceptionally(e);
            }
        });
        return tokens;
    }
}
