package io.meshtransformer.evaluation.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluatedDocument;
import io.meshtransformer.contracts.EvaluatedDocument.View;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationDescription;
import io.meshtransformer.contracts.EvaluationDescription.TaskResult;
import io.meshtransformer.contracts.EvaluationEvent;
import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.contracts.TaskDescription;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.evaluation.protocol.Protocol;
import io.meshtransformer.evaluation.service.support.Commander;
import io.meshtransformer.evaluation.service.support.Direct;
import io.meshtransformer.evaluation.service.support.ScriptedModel;
import io.meshtransformer.evaluation.task.TaskLibrary;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.InjectBroker;
import io.meshtransformer.testkit.SuiteResource;
import io.meshtransformer.testkit.TopicReader;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole service between real topics and a real database; the model's answers follow a script. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class EvaluationServiceTest {
    @InjectBroker
    Broker broker;

    private Commander commander;
    private ScriptedModel model;

    @BeforeEach
    void prepare() {
        commander = new Commander(broker);
        model = new ScriptedModel(broker);
    }

    @AfterEach
    void close() {
        commander.close();
        model.close();
    }

    private static EvaluationSettings settings(List<EvaluationProtocol> protocols, Integer limit, String... tasks) {
        return new EvaluationSettings("stories", List.of(tasks), protocols, limit, null, null);
    }

    @Test
    void anEvaluationComesToWhatComputingDirectlyDoesAndASecondOneAsksNothing() {
        var served = ScriptedModel.stories("first");
        model.serves(served).answeringTwice().inAnyOrder();
        var both = List.of(EvaluationProtocol.HARNESS, EvaluationProtocol.MTJ_2021);
        var settings = settings(both, null, "lambada_openai", "winogrande");

        var accepted = commander.evaluate("whole", settings);
        assertThat(accepted.documents()).isEqualTo(4 * 50);
        var finished = commander.await("whole", EvaluationState.FINISHED);

        assertThat(finished.done()).isEqualTo(4 * 50);
        assertThat(finished.served()).isEqualTo(served);
        assertThat(finished.receipt()).isNotNull();
        assertThat(finished.results()).hasSize(4);
        for (var result : finished.results()) {
            var protocol = Protocol.valueOf(result.protocol().name());
            assertThat(result.metrics()).isEqualTo(Direct.metrics(Direct.task(result.task()), protocol, 50, served));
        }
        int requests = model.scored();
        assertThat(finished.asked()).isEqualTo(requests);

        var again = commander.evaluate("again", settings);
        assertThat(again.state()).isNotEqualTo(EvaluationState.FAILED);
        var reused = commander.await("again", EvaluationState.FINISHED);
        assertThat(model.scored()).isEqualTo(requests);
        assertThat(reused.asked()).isZero();
        assertThat(reused.results()).isEqualTo(finished.results());

        assertThat(commander.ask(id -> new EvaluationCommand.Rebuild(id, "whole")))
                .isInstanceOfSatisfying(AnswerEvent.EvaluationRebuilt.class, rebuilt -> {
                    assertThat(rebuilt.same()).isTrue();
                    assertThat(rebuilt.rebuilt()).isEqualTo(rebuilt.kept());
                    assertThat(rebuilt.records()).isGreaterThanOrEqualTo(2L * requests);
                });
        receiptsAreVerified(finished.receipt(), served);
    }

    private void receiptsAreVerified(JsonObject receipt, ServedModel served) {
        int before = model.scored();
        assertThat(verified(receipt)).satisfies(verified -> {
            assertThat(verified.findings()).isEmpty();
            assertThat(verified.holds()).isTrue();
            assertThat(verified.documents()).isEqualTo(4 * 3);
            assertThat(verified.largestDifference()).isZero();
        });
        assertThat(model.scored()).isGreaterThanOrEqualTo(before + 4 * 3);

        var altered = receipt.toTree();
        ((ObjectNode) altered.at("/results/tasks/0/metrics/0")).put("value", 1.5);
        assertThat(verified(JsonObject.of(altered))).satisfies(verified -> {
            assertThat(verified.holds()).isFalse();
            assertThat(verified.findings().getFirst()).contains("the receipt was altered");
        });

        // Other weights of the same name.
        model.serves(ScriptedModel.stories("second"));
        assertThat(verified(receipt)).satisfies(verified -> {
            assertThat(verified.holds()).isFalse();
            assertThat(verified.findings().getFirst()).contains("the weights of 'stories' are others");
            assertThat(verified.findings())
                    .anySatisfy(finding -> assertThat(finding).contains("the log-probability of"));
            assertThat(verified.largestDifference()).isGreaterThan(1e-3);
        });
        model.serves(served);
    }

    private AnswerEvent.ReceiptVerified verified(JsonObject receipt) {
        var answer = commander.ask(id -> new EvaluationCommand.Verify(id, receipt, 3));
        assertThat(answer).isInstanceOf(AnswerEvent.ReceiptVerified.class);
        return (AnswerEvent.ReceiptVerified) answer;
    }

    @Test
    void documentsAreShownAsEachProtocolAskedThem() {
        model.serves(ScriptedModel.stories("shown"));
        var both = List.of(EvaluationProtocol.HARNESS, EvaluationProtocol.MTJ_2021);
        commander.evaluate("shown", settings(both, 20, "piqa"));
        commander.await("shown", EvaluationState.FINISHED);

        var all = documents("shown", 3, 5, false);
        assertThat(all.total()).isEqualTo(20);
        assertThat(all.documents()).extracting(EvaluatedDocument::index).containsExactly(3, 4, 5, 6, 7);
        assertThat(all.documents()).allSatisfy(document -> {
            assertThat(document.views()).extracting(View::protocol).isEqualTo(both);
            assertThat(document.views()).allSatisfy(view -> {
                assertThat(view.contexts()).singleElement().asString().contains("Question: ", "Answer:");
                assertThat(view.choices()).hasSize(2).allSatisfy(choice -> assertThat(choice.logprob())
                        .isNegative());
                assertThat(view.gold()).isBetween(0, 1);
                assertThat(view.metrics()).containsOnlyKeys("acc", "acc_norm");
            });
            assertThat(document.differences())
                    .anySatisfy(difference -> assertThat(difference).startsWith("Prefix: "));
        });

        var differing = documents("shown", 0, 100, true);
        assertThat(differing.total()).isBetween(1L, 19L);
        assertThat(differing.documents()).hasSize((int) differing.total()).allSatisfy(document -> assertThat(
                        document.views().getFirst().metrics())
                .isNotEqualTo(document.views().getLast().metrics()));
        refusal(
                id -> new EvaluationCommand.ReadDocuments(id, "shown", "boolq", null, null, null),
                FailureCode.TASK_NOT_FOUND,
                "evaluation 'shown' has no task 'boolq', it has piqa");
    }

    private AnswerEvent.EvaluationDocuments documents(String evaluation, int from, int limit, boolean differing) {
        var answer = commander.ask(
                id -> new EvaluationCommand.ReadDocuments(id, evaluation, "piqa", from, limit, differing));
        assertThat(answer).isInstanceOf(AnswerEvent.EvaluationDocuments.class);
        return (AnswerEvent.EvaluationDocuments) answer;
    }

    @Test
    void generatedTextsAreJudgedToo() {
        var served = ScriptedModel.stories("generating");
        model.serves(served);
        commander.evaluate("generated", settings(null, null, "completion"));
        var finished = commander.await("generated", EvaluationState.FINISHED);
        var task = new TaskLibrary(Optional.of(Path.of("src/test/resources/tasks")))
                .task("completion", Optional.empty(), OptionalInt.empty());
        assertThat(finished.results().getFirst().metrics())
                .isEqualTo(Direct.metrics(task, Protocol.HARNESS, 6, served));
        assertThat(verified(finished.receipt()).findings()).isEmpty();
    }

    @Test
    void anEvaluationIsPausedResumedCancelledAndGoesOnWhereItWas() {
        model.serves(ScriptedModel.stories("paused"));
        model.stopAfter(30);
        commander.evaluate("paused", settings(null, null, "hellaswag", "arc_easy"));
        commander.await("paused", running -> running.done() >= 20);
        assertThat(commander.pause("paused").state()).isEqualTo(EvaluationState.PAUSED);
        assertThat(commander.pause("paused").state()).isEqualTo(EvaluationState.PAUSED);
        var done = commander.describe("paused").done();
        assertThat(done).isBetween(20L, 30L);

        assertThat(commander.cancel("paused").state()).isEqualTo(EvaluationState.CANCELLED);
        // What was sent before is answered, and what was answered is not asked again.
        model.stopAfter(Integer.MAX_VALUE);
        commander.resume("paused");
        var finished = commander.await("paused", EvaluationState.FINISHED);
        assertThat(finished.results()).isEqualTo(unbroken("unbroken", "hellaswag", "arc_easy"));
    }

    private List<TaskResult> unbroken(String name, String... tasks) {
        commander.evaluate(name, settings(null, null, tasks));
        var finished = commander.await(name, EvaluationState.FINISHED);
        assertThat(finished.asked()).isZero();
        return finished.results();
    }

    @Test
    void whatAModelRefusesForAMomentIsAskedAgainAndWhatItRefusesForGoodEndsTheEvaluation() {
        model.serves(ScriptedModel.stories("refusing"));
        model.fail(FailureCode.OVERLOADED);
        commander.evaluate("refused", settings(null, 10, "arc_challenge"));
        commander.await("refused", running -> running.asked() == 10);
        model.fail(null);
        commander.await("refused", EvaluationState.FINISHED);

        model.fail(FailureCode.CONTEXT_LENGTH_EXCEEDED);
        commander.evaluate("forgood", settings(null, 20, "arc_challenge"));
        var failed = commander.await("forgood", EvaluationState.FAILED);
        assertThat(failed.reason()).isEqualTo("as the script has it");
        model.fail(null);
        commander.resume("forgood");
        commander.await("forgood", EvaluationState.FINISHED);
    }

    @Test
    void answersOfTwoModelsAreNeverMixed() {
        model.serves(ScriptedModel.stories("before"));
        model.stopAfter(10);
        commander.evaluate("mixed", settings(null, 40, "boolq"));
        commander.await("mixed", running -> running.done() >= 5);
        var after = ScriptedModel.stories("after");
        model.serves(after);
        model.stopAfter(Integer.MAX_VALUE);
        var failed = commander.await("mixed", EvaluationState.FAILED);
        assertThat(failed.reason()).contains(after.identity(), "never mixed");

        model.serves(ScriptedModel.stories("before"));
        commander.resume("mixed");
        assertThat(commander.await("mixed", EvaluationState.FINISHED).done()).isEqualTo(40);
    }

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

    private static String reason(TopicReader letters) {
        var letter = letters.next(1).getFirst();
        return new String(
                letter.headers().lastHeader(Headers.DEAD_LETTER_REASON).value(), UTF_8);
    }

    private void refusal(Function<String, EvaluationCommand> command, FailureCode code, String message) {
        assertThat(commander.ask(command)).isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(code);
            assertThat(failed.message()).contains(message);
        });
    }

    @Test
    void aMalformedDocumentEndsItsEvaluationAndSaysWhereItIs() {
        model.serves(ScriptedModel.stories("malformed"));
        commander.evaluate("malformed", settings(null, null, "broken"));
        var failed = commander.await("malformed", EvaluationState.FAILED);
        assertThat(failed.reason()).contains("broken.jsonl", "4");
    }

    @Test
    void howAnEvaluationStandsIsToldUntilItEnds() throws MalformedMessageException {
        model.serves(ScriptedModel.stories("told"));
        model.stopAfter(5);
        try (var events = broker.readNew(Topics.EVALUATION_EVENTS.name())) {
            commander.evaluate("told", settings(null, 10, "winogrande"));
            events.until(record -> state(record) == EvaluationState.RUNNING, "that it runs");
            model.stopAfter(Integer.MAX_VALUE);
            var last = events.until(record -> state(record).ended(), "its end").getLast();
            var description =
                    MessageCodec.read(last.value(), EvaluationEvent.class).description();
            assertThat(description.state()).isEqualTo(EvaluationState.FINISHED);
            assertThat(description.results().getFirst().metrics()).isNotEmpty();
            assertThat(description.receipt()).isNull();
        }
        RestAssured.get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
        RestAssured.get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("mtj_evaluation_documents_total"))
                .body(containsString("mtj_evaluation_requests_total{how=\"asked\"}"))
                .body(containsString("mtj_evaluation_projection_lag"))
                .body(containsString("mtj_evaluation_evaluations{state=\"finished\"}"));
        assertThat(commander.ask(EvaluationCommand.DescribeTasks::new))
                .isInstanceOfSatisfying(AnswerEvent.TasksDescribed.class, described -> assertThat(described.tasks())
                        .extracting(TaskDescription::name)
                        .contains("lambada_openai", "completion"));
        assertThat(commander.ask(EvaluationCommand.ListEvaluations::new))
                .isInstanceOfSatisfying(
                        AnswerEvent.EvaluationsDescribed.class, described -> assertThat(described.evaluations())
                                .extracting(EvaluationDescription::name)
                                .contains("told"));
    }

    private static EvaluationState state(ConsumerRecord<String, byte[]> record) {
        try {
            return MessageCodec.read(record.value(), EvaluationEvent.class)
                    .description()
                    .state();
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }
}
