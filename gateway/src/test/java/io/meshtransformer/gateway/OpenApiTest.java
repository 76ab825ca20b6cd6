package io.meshtransformer.gateway;

import static io.meshtransformer.gateway.suite.GatewayClient.answered;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.gateway.suite.ScriptedTraining;
import io.meshtransformer.gateway.suite.TrainingRun;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The document says what the gateway does: its examples are sent, its fields are those that are read. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class OpenApiTest {
    @TestHTTPResource
    URI base;

    @Inject
    ScriptedTraining training;

    private GatewayClient client;
    private JsonNode document;

    @BeforeEach
    void connect() {
        client = new GatewayClient(base).awaitReady();
        document = answered(client.get("/q/openapi?format=json"));
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void everyPathOfTheGatewayIsDescribed() {
        assertThat(new TreeSet<>(names(document.at("/paths"))))
                .containsExactly(
                        "/detokenize",
                        "/tokenize",
                        "/tokenizer_info",
                        "/v1/completions",
                        "/v1/models",
                        "/v1/models/{id}",
                        "/v1/score",
                        "/v1/training/events",
                        "/v1/training/runs",
                        "/v1/training/runs/{name}",
                        "/v1/training/runs/{name}/cancel",
                        "/v1/training/runs/{name}/checkpoints/{step}/publish",
                        "/v1/training/runs/{name}/events",
                        "/v1/training/runs/{name}/history",
                        "/v1/training/runs/{name}/resume");
    }

    @Test
    void everyExampleOfARequestIsUnderstood() {
        for (var path : document.at("/paths").properties()) {
            for (var body : examples(path.getValue().at("/post/requestBody/content/application~1json"))) {
                var response = client.post(path.getKey(), body.toString());
                if (path.getKey().equals("/v1/training/runs")) {
                    assertThat(answered(response).at("/configuration")).isEqualTo(body);
                    continue;
                }
                if (!body.has("model")) {
                    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
                    continue;
                }
                // Its model is not served here, nothing else may be wrong with it.
                var error = GatewayClient.json(response.body()).at("/error");
                assertThat(error.at("/param").asText()).as(response.body()).isEqualTo("model");
            }
        }
    }

    @Test
    void everyFieldThatIsDescribedIsReadAndRefusedWhereItsTypeIsWrong() {
        for (var name : names(document.at("/components/schemas/CompletionRequest/properties"))) {
            var wrong = "{'model':'alphabet','prompt':'a','%s':{'x':[]}}".formatted(name);
            if (name.equals("model") || name.equals("prompt")) {
                wrong = "{'%s':{'x':[]}}".formatted(name);
            }
            var response = client.post("/v1/completions", wrong);
            assertThat(response.statusCode()).as(name).isEqualTo(400);
            assertThat(GatewayClient.json(response.body()).at("/error/param").asText())
                    .startsWith(name);
        }
    }

    @Test
    void everyErrorIsDescribedWithAnExampleOfItsShape() {
        for (var response : document.at("/components/responses").properties()) {
            var examples = examples(response.getValue().at("/content/application~1json"));
            assertThat(examples).as(response.getKey()).isNotEmpty();
            examples.forEach(example -> assertThat(names(example.get("error")))
                    .containsExactlyInAnyOrder("message", "type", "param", "code"));
        }
    }

    @Test
    void everyFieldOfARunAndOfItsCurveIsDescribed() {
        var run = new TrainingRun(client, training, "described").steps(50);

        assertDescribed("Run", answered(client.get(run.path())));
        var curve = answered(client.get(run.path() + "/history"));
        assertDescribed("RunCurve", curve);
        assertThat(names(document.at("/components/schemas/RunCurve/properties/steps/items/properties")))
                .containsAll(names(curve.at("/steps/49")));
    }

    private void assertDescribed(String schema, JsonNode shown) {
        assertThat(names(document.at("/components/schemas/" + schema + "/properties")))
                .containsAll(names(shown));
    }

    private static List<JsonNode> examples(JsonNode content) {
        var examples = new ArrayList<JsonNode>();
        if (content.has("example")) {
            examples.add(content.get("example"));
        }
        content.path("examples").forEach(example -> examples.add(example.get("value")));
        return examples;
    }

    private static List<String> names(JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey).toList();
    }
}
