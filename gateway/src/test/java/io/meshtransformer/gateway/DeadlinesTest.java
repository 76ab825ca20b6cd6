package io.meshtransformer.gateway;

import static io.meshtransformer.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.gateway.suite.AlphabetModel;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.gateway.suite.ScriptedEvaluations;
import io.meshtransformer.gateway.suite.ScriptedSuite;
import io.meshtransformer.gateway.suite.ScriptedTraining;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests whose time is over before they are done. */
@QuarkusTest
@TestProfile(DeadlinesTest.Short.class)
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class DeadlinesTest {
    @TestHTTPResource
    URI base;

    @Inject
    ScriptedSuite suite;

    private GatewayClient client;

    /** A time that a test waits for, in which a busy machine brings a first token all the same. */
    public static final class Short implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "mtj.gateway.request-timeout",
                    "10s",
                    "mtj.gateway.streams.keep-alive",
                    "200ms",
                    "mtj.gateway.training.patience",
                    "1s",
                    "mtj.gateway.evaluations.patience",
                    "1s",
                    "mtj.gateway.evaluations.long-patience",
                    "1500ms");
        }
    }

    @BeforeEach
    void connect() {
        client = new GatewayClient(base).awaitReady();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    /** At once, as both wait for the same time to be over. */
    @Test
    void aRequestThatTakesTooLongIsA408AStreamEndsWithAnErrorAndBothAreCancelled() throws IOException {
        suite.script("Never", (_, _) -> {});
        suite.script(
                "Stall",
                (request, reply) -> reply.send(
                        AlphabetModel.events((PromptRequest.Complete) request).getFirst()));

        var never = CompletableFuture.supplyAsync(
                () -> client.post("/v1/completions", "{'model':'alphabet','prompt':'Never'}"));
        try (var socket = client.ask("/v1/completions", "{'model':'alphabet','prompt':'Stall','stream':true}", 65536)) {
            var received = new StringBuilder();
            var input = socket.getInputStream();
            while (received.indexOf("[DONE]") < 0) {
                received.append(new String(input.readNBytes(1), StandardCharsets.UTF_8));
            }
            assertThat(received).contains(": still here\n\n", "\"code\":\"request_timeout\"");
        }

        assertThat(never.join().statusCode()).isEqualTo(408);
        assertThat(never.join().body()).contains("request_timeout");
        for (var prompt : List.of("Never", "Stall")) {
            await().until(() -> suite.cancellationsOf(prompt).equals(suite.requestsFor(prompt)));
        }
    }

    @Test
    void aCommandThatTrainingServiceDoesNotAnswerMayBeTriedAgain() {
        client.post("/v1/training/runs", "{'name':'%s'}".formatted(ScriptedTraining.SILENT));
        var response = client.get("/v1/training/runs/" + ScriptedTraining.SILENT);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(response.body()).contains("No answer came within 1000 ms");
    }

    @Test
    void anEvaluationThatIsNotAnsweredForMayBeTriedAgainButNotAtOnceWhatIsComputedLong() {
        var silent = "/v1/evaluations/" + ScriptedEvaluations.SILENT;
        var described = client.get(silent);
        var rebuilt = client.post(silent + "/rebuild", "");

        assertThat(described.statusCode()).isEqualTo(503);
        assertThat(described.body()).contains("No answer came within 1000 ms");
        assertThat(rebuilt.statusCode()).isEqualTo(408);
        assertThat(rebuilt.headers().firstValue("Retry-After")).isEmpty();
        assertThat(rebuilt.body()).contains("No answer came within 1500 ms", "request_timeout");
    }
}
