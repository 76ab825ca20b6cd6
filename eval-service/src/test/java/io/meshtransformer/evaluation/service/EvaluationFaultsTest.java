package io.meshtransformer.evaluation.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.evaluation.service.control.EvaluationConfiguration;
import io.meshtransformer.evaluation.service.support.ScriptedModel;
import io.meshtransformer.evaluation.service.support.ServiceTest;
import io.meshtransformer.testkit.SuiteResource;
import io.meshtransformer.testkit.TopicReader;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What is wrong is said to whoever asked, and kept with its reason; an evaluation that runs meanwhile is none the worse. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class EvaluationFaultsTest extends ServiceTest {
    @Inject
    EvaluationConfiguration configuration;

    private String meanwhile;
    private TopicReader letters;

    @BeforeEach
    void begin(TestInfo test) {
        meanwhile = "meanwhile-" + test.getTestMethod().orElseThrow().getName();
        model.serves(ScriptedModel.stories(meanwhile));
        model.stopAfter(5);
        commander.evaluate(meanwhile, settings(null, 20, "lambada_openai"));
        commander.await(meanwhile, running -> running.done() > 0);
        letters = broker.readNew(Topics.EVALUATION_REQUESTS.deadLetters().name());
    }

    @AfterEach
    void everythingElseGoesOn() {
        letters.close();
        model.stopAfter(Integer.MAX_VALUE);
        assertThat(commander.await(meanwhile, EvaluationState.FINISHED).done()).isEqualTo(20);
    }

    @Test
    void tasksModelsAndEvaluationsThatAreNotThere() {
        refused(
                "no-task",
                settings(null, null, "piqa", "nosuch"),
                FailureCode.TASK_NOT_FOUND,
                "there is no task 'nosuch', there are arc_challenge");
        refused("no-data", settings(null, null, "elsewhere"), FailureCode.TASK_DATA_UNAVAILABLE, "the library");
        refused(
                "no-model",
                new EvaluationSettings("nosuch", List.of("piqa"), null, null, null, null),
                FailureCode.MODEL_NOT_FOUND,
                "the model 'nosuch' is not served here; served: stories");
        var nobody = "there is no evaluation 'nobody'";
        refusal(id -> new EvaluationCommand.Describe(id, "nobody"), FailureCode.EVALUATION_NOT_FOUND, nobody);
        refusal(id -> new EvaluationCommand.Rebuild(id, "nobody"), FailureCode.EVALUATION_NOT_FOUND, nobody);
        refusal(
                id -> new EvaluationCommand.Verify(id, JsonObject.of(new JsonMapper().createObjectNode()), null),
                FailureCode.INVALID_REQUEST,
                "not a receipt");
    }

    @Test
    void aDefinitionThatIsMalformed() throws IOException {
        var file = configuration.tasks().orElseThrow().resolve("malformed.yaml");
        Files.writeString(file, "task: malformed\n  output_type: multiple_choice\n");
        try {
            refused(
                    "no-yaml",
                    settings(null, null, "malformed"),
                    FailureCode.INVALID_REQUEST,
                    file + " is not YAML (line 2)");
            Files.writeString(file, "task: malformed\noutput_type: essay\n");
            refused("no-type", settings(null, null, "malformed"), FailureCode.INVALID_REQUEST, "'essay'");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void examplesThatAreNotThere() {
        refused("no-examples", shots(2, "piqa"), FailureCode.TASK_DATA_UNAVAILABLE, "documents for examples of 'piqa'");
        refused(
                "too-few",
                shots(6, "completion"),
                FailureCode.TASK_DATA_UNAVAILABLE,
                "6 examples of 'completion' are drawn from 7 documents");
        model.stopAfter(Integer.MAX_VALUE);
        commander.evaluate("enough", shots(5, "completion"));
        commander.await("enough", EvaluationState.FINISHED);
    }

    private static EvaluationSettings shots(int number, String task) {
        return new EvaluationSettings("stories", List.of(task), null, null, number, null);
    }

    @Test
    void aNameThatIsTaken() {
        commander.evaluate("taken", settings(null, 3, "piqa"));
        assertThat(commander.evaluate("taken", settings(null, 3, "piqa")).documents())
                .isEqualTo(3);
        refused("taken", settings(null, 4, "piqa"), FailureCode.EVALUATION_CONFLICT, "\"limit\":3");

        // Without a name the request's id is it.
        var json =
                "{\"type\":\"evaluate\",\"requestId\":\"one-id\",\"model\":\"stories\",\"tasks\":[\"piqa\"],\"limit\":%d}";
        assertThat(commander.ask("one-id", json.formatted(3).getBytes(UTF_8)))
                .isInstanceOf(AnswerEvent.EvaluationsDescribed.class);
        put(json.formatted(4), "one-id", "evaluation 'one-id' is there with other settings");

        model.stopAfter(Integer.MAX_VALUE);
        assertThat(commander.await("taken", EvaluationState.FINISHED).documents())
                .isEqualTo(3);
        assertThat(commander.await("one-id", EvaluationState.FINISHED).documents())
                .isEqualTo(3);
    }

    @Test
    void recordsThatAreNoCommandsAnswersOrResults() {
        put("{\"type\": \"evaluate\", \"requestId\": \"x\", \"model\": \"stories\"}", "x", "'tasks' is missing");
        put("no JSON", "y", "not JSON");

        for (var topic : List.of(Topics.EVALUATION_ANSWERS, Topics.EVALUATION_RESULTS)) {
            try (var others = broker.readNew(topic.deadLetters().name())) {
                broker.write(topic.name(), "garbage", "garbage".getBytes(UTF_8), Map.of());
                var letter = others.next(1).getFirst();
                assertThat(letter.value()).isEqualTo("garbage".getBytes(UTF_8));
                assertThat(reason(letter)).contains("not JSON");
            }
        }
    }

    private void refused(String name, EvaluationSettings settings, FailureCode code, String message) {
        refusal(id -> new EvaluationCommand.Evaluate(id, name, settings), code, message);
        assertThat(reason(letters)).contains(message);
    }

    /** Puts a record among the commands that is refused. */
    private void put(String json, String id, String message) {
        assertThat(commander.told(id, json.getBytes(UTF_8))).contains(message);
        var letter = letters.next(1).getFirst();
        assertThat(letter.key()).isEqualTo(id);
        assertThat(letter.value()).isEqualTo(json.getBytes(UTF_8));
        assertThat(reason(letter)).contains(message);
    }

    /** Nobody waits for an answer any more: the evaluation says it. */
    @Test
    void aMalformedDocumentEndsItsEvaluationAndSaysWhereItIs() {
        commander.evaluate("malformed", settings(null, null, "broken"));
        var failed = commander.await("malformed", EvaluationState.FAILED);
        assertThat(failed.reason()).contains("broken.jsonl, line 4");
    }

    @Test
    void aModelThatNobodyServesAnyMoreEndsItsEvaluation() {
        model.servesNot("stories");
        commander.evaluate("unserved", settings(null, 3, "piqa"));
        assertThat(commander.await("unserved", EvaluationState.FAILED).reason()).contains("'stories' is not served");
        model.serves(ScriptedModel.stories(meanwhile));
        model.stopAfter(Integer.MAX_VALUE);
        commander.resume("unserved");
        commander.await("unserved", EvaluationState.FINISHED);
    }
}
