package io.meshtransformer.evaluation.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationDescription;
import io.meshtransformer.contracts.EvaluationEvent;
import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.contracts.TaskDescription;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.evaluation.protocol.Protocol;
import io.meshtransformer.evaluation.service.support.Direct;
import io.meshtransformer.evaluation.service.support.ScriptedModel;
import io.meshtransformer.evaluation.service.support.ServiceTest;
import io.meshtransformer.evaluation.task.TaskLibrary;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The whole service between real topics and a real database: what evaluations come to, and what is told of them. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class EvaluationServiceTest extends ServiceTest {
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
