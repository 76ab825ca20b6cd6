package io.meshtransformer.evaluation.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.EvaluationDescription.Metric;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.evaluation.service.support.ScriptedModel;
import io.meshtransformer.evaluation.service.support.ServiceTest;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** What becomes of evaluations that are stopped, and of models that refuse or are not what they were. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class EvaluationControlTest extends ServiceTest {
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
        // Of a chunk that is not whole.
        assertThat(commander.describe("paused").results().getFirst().metrics())
                .extracting(Metric::name)
                .contains("acc", "acc_norm");

        assertThat(commander.cancel("paused").state()).isEqualTo(EvaluationState.CANCELLED);
        // What was sent before is answered, and what was answered is not asked again.
        model.stopAfter(Integer.MAX_VALUE);
        commander.resume("paused");
        var finished = commander.await("paused", EvaluationState.FINISHED);
        commander.evaluate("unbroken", settings(null, null, "hellaswag", "arc_easy"));
        var unbroken = commander.await("unbroken", EvaluationState.FINISHED);
        assertThat(finished.results()).isEqualTo(unbroken.results());
        assertThat(unbroken.asked()).isZero();
        assertThat(unbroken.reused()).isGreaterThanOrEqualTo(2 * 50);
        // However often a document was begun, its requests count once.
        assertThat(finished.asked() + finished.reused()).isEqualTo(unbroken.reused());
        assertThat(finished.reused()).isZero();
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
        assertThat(failed.reason()).startsWith("document ").endsWith(" of 'arc_challenge': as the script has it");
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
}
