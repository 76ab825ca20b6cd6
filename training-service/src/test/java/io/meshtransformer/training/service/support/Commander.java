package io.meshtransformer.training.service.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.RunCurve;
import io.meshtransformer.contracts.RunDescription;
import io.meshtransformer.contracts.RunState;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingCommand;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.TopicReader;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/** Asks training-service over topics, as any client does. */
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

    public AnswerEvent ask(Function<String, TrainingCommand> command) {
        var id = "test-" + UUID.randomUUID();
        broker.write(Topics.TRAINING_COMMANDS.name(), id, MessageCodec.write(command.apply(id)), REPLY);
        var record = answers.until(each -> id.equals(each.key()), "the answer to " + id)
                .getLast();
        try {
            return MessageCodec.read(record.value(), AnswerBatch.class).events().getFirst();
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    public RunDescription submit(JsonObject configuration) {
        return one(ask(id -> new TrainingCommand.SubmitRun(id, configuration)));
    }

    public RunDescription cancel(String run) {
        return one(ask(id -> new TrainingCommand.CancelRun(id, run)));
    }

    public RunDescription resume(String run) {
        return one(ask(id -> new TrainingCommand.ResumeRun(id, run)));
    }

    public RunDescription describe(String run) {
        return one(ask(id -> new TrainingCommand.DescribeRun(id, run)));
    }

    public RunCurve history(String run) {
        var answer = ask(id -> new TrainingCommand.ReadHistory(id, run, null, 10_000));
        assertThat(answer).isInstanceOf(AnswerEvent.RunHistory.class);
        return ((AnswerEvent.RunHistory) answer).curve();
    }

    public RunDescription await(String run, RunState state) {
        return await(run, description -> description.state() == state);
    }

    public RunDescription await(String run, Predicate<RunDescription> condition) {
        return Patience.await().pollInterval(Duration.ofMillis(100)).until(() -> describe(run), condition);
    }

    private static RunDescription one(AnswerEvent answer) {
        assertThat(answer).isInstanceOf(AnswerEvent.RunsDescribed.class);
        var runs = ((AnswerEvent.RunsDescribed) answer).runs();
        assertThat(runs).hasSize(1);
        return runs.getFirst();
    }

    @Override
    public void close() {
        answers.close();
    }
}
