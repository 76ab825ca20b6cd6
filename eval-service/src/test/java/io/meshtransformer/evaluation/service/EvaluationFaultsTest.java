package io.meshtransformer.evaluation.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.evaluation.service.support.ScriptedModel;
import io.meshtransformer.evaluation.service.support.ServiceTest;
import io.meshtransformer.testkit.SuiteResource;
import io.meshtransformer.testkit.TopicReader;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is wrong is said to whoever asked, and kept with its reason. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class EvaluationFaultsTest extends ServiceTest {
    @Test
    void whatIsWrongWithACommandIsSaidAndPutAside() {
        model.serves(ScriptedModel.stories("wrong"));
        try (var letters =
                broker.readNew(Topics.EVALUATION_REQUESTS.deadLetters().name())) {
            evaluationRefused(
                    "no-task",
                    settings(null, null, "piqa", "nosuch"),
                    FailureCode.TASK_NOT_FOUND,
                    "no task 'nosuch'",
                    letters);
            evaluationRefused(
                    "no-data",
                    settings(null, null, "elsewhere"),
                    FailureCode.TASK_DATA_UNAVAILABLE,
                    "the library",
                    letters);
            evaluationRefused(
                    "no-model",
                    new EvaluationSettings("nosuch", List.of("piqa"), null, null, null, null),
                    FailureCode.MODEL_NOT_FOUND,
                    "the model 'nosuch' is not served here; served: stories",
                    letters);
            commander.evaluate("taken", settings(null, 3, "piqa"));
            assertThat(commander.evaluate("taken", settings(null, 3, "piqa")).documents())
                    .isEqualTo(3);
            evaluationRefused(
                    "taken", settings(null, 4, "piqa"), FailureCode.EVALUATION_CONFLICT, "\"limit\":3", letters);
            malformed("{\"type\": \"evaluate\", \"requestId\": \"x\", \"model\": \"stories\"}", "tasks", letters);
            malformed("no JSON", "not JSON", letters);
        }
        refusal(
                id -> new EvaluationCommand.Describe(id, "nobody"),
                FailureCode.EVALUATION_NOT_FOUND,
                "there is no evaluation 'nobody'");
        refusal(
                id -> new EvaluationCommand.Rebuild(id, "nobody"),
                FailureCode.EVALUATION_NOT_FOUND,
                "there is no evaluation 'nobody'");
        refusal(
                id -> new EvaluationCommand.Verify(id, JsonObject.of(new JsonMapper().createObjectNode()), null),
                FailureCode.INVALID_REQUEST,
                "not a receipt");
    }

    private void evaluationRefused(
            String name, EvaluationSettings settings, FailureCode code, String message, TopicReader letters) {
        refusal(id -> new EvaluationCommand.Evaluate(id, name, settings), code, message);
        assertThat(reason(letters)).contains(message);
    }

    private void malformed(String json, String reason, TopicReader letters) {
        broker.write(Topics.EVALUATION_REQUESTS.name(), "malformed", json.getBytes(UTF_8), Map.of());
        assertThat(reason(letters)).contains(reason);
    }

    @Test
    void aMalformedDocumentEndsItsEvaluationAndSaysWhereItIs() {
        model.serves(ScriptedModel.stories("malformed"));
        commander.evaluate("malformed", settings(null, null, "broken"));
        var failed = commander.await("malformed", EvaluationState.FAILED);
        assertThat(failed.reason()).contains("broken.jsonl", "4");
    }
}
