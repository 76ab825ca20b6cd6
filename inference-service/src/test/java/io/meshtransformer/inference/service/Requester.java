package io.meshtransformer.inference.service;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.Topics.TopicDefinition;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.TopicReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Asks and listens as any Kafka client would, on one partition of the answers. */
final class Requester implements AutoCloseable {

    private static final Map<String, String> REPLY = Map.of(Headers.REPLY_PARTITION, "3");

    private final Broker broker;
    private final TopicReader answers;
    private final List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();

    Requester(Broker broker) {
        this.broker = broker;
        answers = broker.readNew(Topics.ANSWERS.name());
    }

    RecordMetadata ask(TopicDefinition topic, InferenceRequest request) {
        return send(topic, request.requestId(), MessageCodec.write(request));
    }

    /** Asks for all of them at once. */
    void ask(TopicDefinition topic, List<InferenceRequest> requests) {
        var values = requests.stream().collect(Collectors.toMap(InferenceRequest::requestId, MessageCodec::write));
        broker.write(topic.name(), values, REPLY);
    }

    RecordMetadata send(TopicDefinition topic, String key, byte[] value) {
        return broker.write(topic.name(), key, value, REPLY);
    }

    /** Every event of all requests up to the first that matches. */
    List<AnswerEvent> until(Predicate<AnswerEvent> last, String what) {
        var events = new ArrayList<AnswerEvent>();
        var read = answers.until(record -> events(record).stream().anyMatch(last), what);
        records.addAll(read);
        read.forEach(record -> events.addAll(events(record)));
        return events;
    }

    /** A request's events, up to its last; each must come in time, however long all of them take. */
    List<AnswerEvent> untilEnd(String requestId) {
        var events = new ArrayList<AnswerEvent>();
        do {
            until(event -> event.requestId().equals(requestId), "an event of " + requestId).stream()
                    .filter(event -> event.requestId().equals(requestId))
                    .forEach(events::add);
        } while (!events.getLast().terminal());
        return events;
    }

    /** Records read so far. */
    List<ConsumerRecord<String, byte[]>> records() {
        return records;
    }

    static List<AnswerEvent> events(ConsumerRecord<String, byte[]> record) {
        try {
            return MessageCodec.read(record.value(), AnswerBatch.class).events();
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        answers.close();
    }
}
