package io.meshtransformer.evaluation.service.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.InjectBroker;
import io.meshtransformer.testkit.TopicReader;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of the whole service need: somebody who commands, and a model whose answers follow a script. */
public abstract class ServiceTest {
    @InjectBroker
    protected Broker broker;

    protected Commander commander;

    protected ScriptedModel model;

    @BeforeEach
    final void prepare() {
        commander = new Commander(broker);
        model = new ScriptedModel(broker);
    }

    @AfterEach
    final void close() {
        commander.close();
        model.close();
    }

    protected static EvaluationSettings settings(List<EvaluationProtocol> protocols, Integer limit, String... tasks) {
        return new EvaluationSettings("stories", List.of(tasks), protocols, limit, null, null);
    }

    protected AnswerEvent.ReceiptVerified verified(JsonObject receipt) {
        var answer = commander.ask(id -> new EvaluationCommand.Verify(id, receipt, 3));
        assertThat(answer).isInstanceOf(AnswerEvent.ReceiptVerified.class);
        return (AnswerEvent.ReceiptVerified) answer;
    }

    /** Of the next dead letter. */
    protected static String reason(TopicReader letters) {
        return reason(letters.next(1).getFirst());
    }

    protected static String reason(ConsumerRecord<String, byte[]> letter) {
        return new String(
                letter.headers().lastHeader(Headers.DEAD_LETTER_REASON).value(), UTF_8);
    }

    protected void refusal(Function<String, EvaluationCommand> command, FailureCode code, String message) {
        assertThat(commander.ask(command)).isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(code);
            assertThat(failed.message()).contains(message);
        });
    }
}
