package io.meshtransformer.evaluation.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.evaluation.service.control.EvaluationConfiguration;
import io.meshtransformer.evaluation.service.support.ScriptedModel;
import io.meshtransformer.evaluation.service.support.ServiceTest;
import io.meshtransformer.messaging.AnswerSender;
import io.meshtransformer.messaging.MessageSender;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records that are too large, on their way in and out: size and limit are said, and everything else goes on. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class TooLargeTest extends ServiceTest {
    private static final String REQUESTS = Topics.EVALUATION_REQUESTS.name();
    private static final String LARGEST = "the largest has " + MessageSender.LARGEST_MESSAGE_BYTES;

    @Inject
    AnswerSender answers;

    @Inject
    EvaluationConfiguration configuration;

    @BeforeEach
    void serve() {
        model.serves(ScriptedModel.stories("wide")).answeringAs(answers);
    }

    @Test
    void aCommandThatTheBrokerDoesNotTakeIsForItsSenderToKnow() {
        var command = new byte[Topics.MAX_MESSAGE_BYTES + 1];
        assertThatThrownBy(() -> broker.write(REQUESTS, "toolarge", command, Map.of()))
                .hasCauseInstanceOf(RecordTooLargeException.class);
        assertThat(commander.ask(EvaluationCommand.ListEvaluations::new))
                .isInstanceOf(AnswerEvent.EvaluationsDescribed.class);
    }

    @Test
    void aCommandLargerThanTheSuiteTakesIsRefusedWithItsSizeAndTheLimit() {
        broker.takesAtMost(REQUESTS, 2 * Topics.MAX_MESSAGE_BYTES);
        try (var letters =
                broker.readNew(Topics.EVALUATION_REQUESTS.deadLetters().name())) {
            var command = new byte[Topics.MAX_MESSAGE_BYTES + 1];
            var reason = "the record has " + command.length + " bytes, the largest has " + Topics.MAX_MESSAGE_BYTES;
            // The broker's limit changes a moment later.
            Patience.await()
                    .ignoreExceptionsMatching(AssertionError.class::isInstance)
                    .untilAsserted(
                            () -> assertThat(commander.told("huge", command)).isEqualTo(reason));
            assertThat(reason(letters)).isEqualTo(reason);
        } finally {
            broker.takesAtMost(REQUESTS, Topics.MAX_MESSAGE_BYTES);
        }
    }

    @Test
    void ofALargeCommandWhatIsLargeIsNamedAndAllOfItPutAside() {
        try (var letters =
                broker.readNew(Topics.EVALUATION_REQUESTS.deadLetters().name())) {
            var command = "{\"type\":\"evaluate\",\"requestId\":\"large\",\"model\":\"stories\",\"tasks\":[\"%s\"]}"
                    .formatted("piqa".repeat(500_000))
                    .getBytes(UTF_8);
            var reason = "'tasks' has a name of 2000000 characters, it may have 256";
            assertThat(commander.told("large", command)).contains(reason);
            var letter = letters.next(1).getFirst();
            assertThat(letter.value()).isEqualTo(command);
            assertThat(reason(letter)).contains(reason);
        }
    }

    @Test
    void aDocumentThatIsTooLargeToBeAskedEndsItsEvaluationAlone() throws IOException {
        var data = Files.createDirectories(configuration.data().orElseThrow());
        var choice = " the".repeat(200);
        Files.writeString(
                data.resolve("wide.jsonl"),
                "{\"question\": \"Is this\", \"answer\": 0, \"choices\": [\"" + (choice + "\",\"").repeat(12_000)
                        + "\"]}");
        model.stopAfter(1);
        commander.evaluate("beside", settings(null, 20, "winogrande"));

        commander.evaluate("wide", settings(null, null, "wide"));
        var failed = commander.await("wide", EvaluationState.FAILED);
        assertThat(failed.reason())
                .startsWith("document 0 of 'wide': a record for inference.batch")
                .endsWith(LARGEST);

        model.stopAfter(Integer.MAX_VALUE);
        commander.await("beside", EvaluationState.FINISHED);
    }

    @Test
    void anAnswerThatIsTooLargeForItsTopicEndsTheEvaluation() {
        model.tellsOfTokens(800_000);
        commander.evaluate("verbose", settings(null, 1, "lambada_openai"));
        var failed = commander.await("verbose", EvaluationState.FAILED);
        assertThat(failed.reason())
                .startsWith("document 0 of 'lambada_openai': the answer is too large for a record: it has ")
                .contains(LARGEST);

        model.tellsOfTokens(0);
        commander.resume("verbose");
        commander.await("verbose", EvaluationState.FINISHED);
    }

    @Test
    void aResultThatIsTooLargeForTheLogEndsTheEvaluationAndItsAnswerIsPutAside() {
        model.writes(MessageSender.LARGEST_MESSAGE_BYTES);
        try (var letters =
                broker.readNew(Topics.EVALUATION_ANSWERS.deadLetters().name())) {
            commander.evaluate("endless", settings(null, 1, "completion"));
            var failed = commander.await("endless", EvaluationState.FAILED);
            assertThat(failed.reason())
                    .startsWith("document 0 of 'completion': a record for evaluation.results")
                    .endsWith(LARGEST);
            var letter = letters.next(1).getFirst();
            assertThat(reason(letter)).endsWith(LARGEST);
            assertThat(new String(letter.value(), UTF_8)).contains(" so on");
        }
        model.writes(0);
        commander.resume("endless");
        commander.await("endless", EvaluationState.FINISHED);
    }
}
