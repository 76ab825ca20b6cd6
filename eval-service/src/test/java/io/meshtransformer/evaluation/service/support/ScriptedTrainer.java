package io.meshtransformer.evaluation.service.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingCommand;
import io.meshtransformer.contracts.TrainingCommand.PublishCheckpoint;
import io.meshtransformer.contracts.TrainingEvent.CheckpointCommitted;
import io.meshtransformer.testkit.Broker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Commits checkpoints and publishes them when it is asked to, as training-service does. */
public final class ScriptedTrainer implements AutoCloseable {
    private final Broker broker;
    private final Consumer<String> served;
    private final Map<String, CheckpointCommitted> committed = new ConcurrentHashMap<>();
    private final List<String> published = new CopyOnWriteArrayList<>();
    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread thread;
    private volatile boolean closed;

    /** @param served is told the name of each model that is published */
    public ScriptedTrainer(Broker broker, Consumer<String> served) {
        this.broker = broker;
        this.served = served;
        consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        var only = new TopicPartition(Topics.TRAINING_COMMANDS.name(), 0);
        consumer.assign(List.of(only));
        consumer.seekToEnd(List.of(only));
        consumer.position(only);
        thread = Thread.ofPlatform().daemon().name("scripted-trainer").start(this::run);
    }

    /** Tells of a checkpoint whose run wants it evaluated. @param kept whether it is there when it shall be published */
    public CheckpointCommitted commit(String run, long step, String directory, List<String> tasks, boolean kept) {
        var checkpoint = new CheckpointCommitted(run, 1, Instant.now(), step, directory, 1, null, false, tasks, false);
        if (kept) {
            committed.put(checkpoint.model(), checkpoint);
        }
        tell(checkpoint);
        return checkpoint;
    }

    public void tell(CheckpointCommitted checkpoint) {
        broker.write(Topics.TRAINING_EVENTS.name(), checkpoint.run(), MessageCodec.write(checkpoint), Map.of());
    }

    /** The models that were published, in their order. */
    public List<String> published() {
        return published;
    }

    private void run() {
        while (!closed) {
            for (var record : consumer.poll(Duration.ofMillis(20))) {
                answer(record);
            }
        }
    }

    private void answer(ConsumerRecord<String, byte[]> record) {
        try {
            if (MessageCodec.read(record.value(), TrainingCommand.class)
                    instanceof PublishCheckpoint(var id, var run, var step)) {
                var headers = Map.of(Headers.TYPE, Topics.ANSWERS.eventType());
                var topic = new String(
                        record.headers().lastHeader(Headers.REPLY_TOPIC).value(), UTF_8);
                broker.write(topic, id, MessageCodec.write(new AnswerBatch(List.of(publish(id, run, step)))), headers);
            }
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    private AnswerEvent publish(String id, String run, long step) {
        var checkpoint = committed.get(run + "@" + step);
        if (checkpoint == null) {
            return new AnswerEvent.Failed(
                    id,
                    FailureCode.CHECKPOINT_NOT_FOUND,
                    "run '" + run + "' has no checkpoint of step " + step,
                    "step");
        }
        published.add(checkpoint.model());
        tell(checkpoint.published(Instant.now()));
        served.accept(checkpoint.model());
        return new AnswerEvent.RunsDescribed(id, List.of());
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the scripted trainer ends", e);
        }
        consumer.close();
    }
}
