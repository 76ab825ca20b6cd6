package io.meshtransformer.evaluation.service.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationDescription;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.TopicReader;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/** Asks eval-service over topics, as any client does. */
public final class Commander implements AutoCloseable {
    private static final Map<String, String> REPLY =
            Map.of(Headers.REPLY_TOPIC, Topics.ANSWERS.name(), Headers.REPLY_PARTITION, "9");

    private final Broker broker;
    private final TopicReader answers;

    /** The topics must be there. */
    public Commander(Broker broker) {
        this.broker = broker;
        this.answers = broker.readNew(Topics.ANSWERS.name());
    }

    public AnswerEvent ask(Function<String, EvaluationCommand> command) {
        var id = "test-" + UUID.randomUUID();
        return ask(id, MessageCodec.write(command.apply(id)));
    }

    /** What is said to a record that will be refused. @param id the record's key */
    public String told(String id, byte[] record) {
        var answer = ask(id, record);
        assertThat(answer).isInstanceOf(AnswerEvent.Failed.class);
        return ((AnswerEvent.Failed) answer).message();
    }

    /** The first answer to any record. @param id its key */
    public AnswerEvent ask(String id, byte[] command) {
        broker.write(Topics.EVALUATION_REQUESTS.name(), id, command, REPLY);
        var record = answers.until(each -> id.equals(each.key()), "the answer to " + id)
                .getLast();
        try {
            return MessageCodec.read(record.value(), AnswerBatch.class).events().getFirst();
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    public EvaluationDescription evaluate(String evaluation, EvaluationSettings settings) {
        return one(ask(id -> new EvaluationCommand.Evaluate(id, evaluation, settings)));
    }

    public EvaluationDescription pause(String evaluation) {
        return one(ask(id -> new EvaluationCommand.Pause(id, evaluation)));
    }

    public EvaluationDescription resume(String evaluation) {
        return one(ask(id -> new EvaluationCommand.Resume(id, evaluation)));
    }

    public EvaluationDescription cancel(String evaluation) {
        return one(ask(id -> new EvaluationCommand.Cancel(id, evaluation)));
    }

    public EvaluationDescription describe(String evaluation) {
        return one(ask(id -> new EvaluationCommand.Describe(id, evaluation)));
    }

    /** Until it is in that state; another end than that is an error. */
    public EvaluationDescription await(String evaluation, EvaluationState state) {
        var last = await(
                evaluation,
                description ->
                        description.state() == state || description.state().ended());
        assertThat(last.state()).as(last.reason()).isEqualTo(state);
        return last;
    }

    public EvaluationDescription await(String evaluation, Predicate<EvaluationDescription> condition) {
        return Patience.await().pollInterval(Duration.ofMillis(100)).until(() -> describe(evaluation), condition);
    }

    private static EvaluationDescription one(AnswerEvent answer) {
        assertThat(answer).isInstanceOf(AnswerEvent.EvaluationsDescribed.class);
        var evaluations = ((AnswerEvent.EvaluationsDescribed) answer).evaluations();
        assertThat(evaluations).hasSize(1);
        return evaluations.getFirst();
    }

    @Override
    public void close() {
        answers.close();
    }
}
