package io.meshtransformer.evaluation.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluatedDocument;
import io.meshtransformer.contracts.EvaluatedDocument.View;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.evaluation.service.support.ScriptedModel;
import io.meshtransformer.evaluation.service.support.ServiceTest;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Documents as people see them. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class EvaluatedDocumentsTest extends ServiceTest {
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
}
