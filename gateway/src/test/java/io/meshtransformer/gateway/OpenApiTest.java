package io.meshtransformer.gateway;

import static io.meshtransformer.gateway.suite.GatewayClient.answered;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.gateway.suite.ScriptedEvaluations;
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

    @Inject
    ScriptedEvaluations evaluations;

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
                        "/v1/evaluations",
                        "/v1/evaluations/events",
                        "/v1/evaluations/tasks",
                        "/v1/evaluations/verify",
                        "/v1/evaluations/{name}",
                        "/v1/evaluations/{name}/cancel",
                        "/v1/evaluations/{name}/documents",
                        "/v1/evaluations/{name}/events",
                        "/v1/evaluations/{name}/pause",
                        "/v1/evaluations/{name}/rebuild",
                        "/v1/evaluations/{name}/receipt",
                        "/v1/evaluations/{name}/resume",
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
                if (path.getKey().equals("/v1/evaluations")) {
                    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
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

    @Test
    void everyFieldOfAnEvaluationAndOfWhatIsSaidOfItIsDescribed() {
        var path = "/v1/evaluations/described";
        client.post(
                "/v1/evaluations",
                "{'name':'described','model':'m','tasks':['piqa'],'protocols':['harness','mtj-2021'],'limit':9,'few_shot':1}");
        evaluations.done("described", 5);
        assertDescribed("Evaluation", answered(client.get(path)));
        evaluations.done("described", 9);

        var finished = answered(client.get(path));
        assertDescribed("Evaluation", finished);
        assertDescribed("EvaluationRequest", finished.at("/settings"));
        assertDescribed("Evaluation/properties/served", finished.at("/served"));
        assertDescribed("TaskResult", finished.at("/results/0"));
        assertDescribed("TaskResult/properties/metrics/items", finished.at("/results/0/metrics/0"));
        var documents = answered(client.get(path + "/documents?task=piqa"));
        assertDescribed("Documents", documents);
        assertDescribed("EvaluatedDocument", documents.at("/data/0"));
        var view = "EvaluatedDocument/properties/views/items";
        assertDescribed(view, documents.at("/data/0/views/0"));
        assertDescribed(view + "/properties/choices/items", documents.at("/data/0/views/0/choices/0"));
        assertDescribed("Rebuilding", answered(client.post(path + "/rebuild", "")));
        assertDescribed("Verification", answered(client.post("/v1/evaluations/verify", "{}")));
        assertDescribed("Task", answered(client.get("/v1/evaluations/tasks")).at("/data/0"));
    }

    private void assertDescribed(String schema, JsonNode shown) {
        assertThat(names(shown)).isNotEmpty();
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
