package io.meshtransformer.evaluation.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.evaluation.protocol.Protocol;
import io.meshtransformer.evaluation.service.support.Commander;
import io.meshtransformer.evaluation.service.support.Direct;
import io.meshtransformer.evaluation.service.support.ScriptedModel;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.InjectBroker;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
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
    }

    private AnswerEvent.ReceiptVerified verified(JsonObject receipt) {
        var answer = commander.ask(id -> new EvaluationCommand.Verify(id, receipt, 3));
        assertThat(answer).isInstanceOf(AnswerEvent.ReceiptVerified.class);
        return (AnswerEvent.ReceiptVerified) answer;
    }
}
