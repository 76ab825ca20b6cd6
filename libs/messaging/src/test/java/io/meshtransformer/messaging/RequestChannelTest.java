package io.meshtransformer.messaging;

import static io.meshtransformer.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.InjectBroker;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(SuiteResource.class)
class RequestChannelTest {
    private static final String GROUP = "inference-service";
    private static final Map<String, String> NO_HEADERS = Map.of();

    @InjectBroker
    Broker broker;

    @Inject
    HoldingWorker worker;

    @Test
    void offsetsAreCommittedUpToTheFirstUnfinishedRequest() {
        var partition = new TopicPartition(Topics.INTERACTIVE.name(), 0);
        long first = request(partition, "order-0");
        for (int i = 1; i < 6; i++) {
            request(partition, "order-" + i);
        }
        worker.finish("order-1");
        worker.finish("order-3");
        worker.finish("order-4");
        worker.finish("order-0");
        awaitCommitted(partition, first + 2);

        worker.finish("order-2");
        awaitCommitted(partition, first + 5);

        worker.finish("order-5");
        awaitCommitted(partition, first + 6);
    }

    @Test
    void afterAKillTheUnfinishedComeAgainAndTheFinishedDoNot() {
        var partition = new TopicPartition(Topics.BATCH.name(), 3);
        long first = request(partition, "kill-0");
        for (int i = 1; i < 5; i++) {
            request(partition, "kill-" + i);
        }
        worker.finish("kill-0");
        worker.finish("kill-1");
        worker.finish("kill-3");
        awaitCommitted(partition, first + 2);

        // The same member of the group starts again: the broker throws the former one out at once, as it was.
        var started = Instant.now();
        var again = readAsMember("messaging-test-0-batch", partition, first + 5);

        assertThat(again).extracting(ConsumerRecord::key).containsExactly("kill-2", "kill-3", "kill-4");
        assertThat(Duration.between(started, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void bytesThatAreNoRequestGoToTheDeadLettersAndTheRequesterIsTold() {
        var partition = new TopicPartition(Topics.INTERACTIVE.name(), 1);
        try (var answers = broker.readNew(Topics.ANSWERS.name());
                var letters = broker.readNew(Topics.INTERACTIVE.deadLetters().name())) {
            var headers = Map.of(Headers.REPLY_TOPIC, Topics.ANSWERS.name(), Headers.REPLY_PARTITION, "7");
            var json = "{\"type\":\"generate\",\"requestId\":\"bad-0\",\"promptIds\":[1]}";
            var written = broker.write(partition, "bad-0", json.getBytes(UTF_8), headers);

            var letter = letters.until(record -> record.key().equals("bad-0"), "the dead letter")
                    .getLast();
            assertThat(letter.value()).isEqualTo(json.getBytes(UTF_8));
            assertThat(header(letter, Headers.DEAD_LETTER_REASON)).contains("'model' is missing");
            assertThat(header(letter, Headers.DEAD_LETTER_TOPIC)).isEqualTo(Topics.INTERACTIVE.name());
            assertThat(header(letter, Headers.DEAD_LETTER_PARTITION)).isEqualTo("1");
            assertThat(header(letter, Headers.DEAD_LETTER_OFFSET)).isEqualTo(String.valueOf(written.offset()));
            assertThat(header(letter, Headers.REPLY_PARTITION)).isEqualTo("7");

            var answer = answers.until(record -> "bad-0".equals(record.key()), "the failure")
                    .getLast();
            assertThat(answer.partition()).isEqualTo(7);
            assertThat(events(answer)).singleElement().isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> {
                assertThat(failed.requestId()).isEqualTo("bad-0");
                assertThat(failed.code()).isEqualTo(FailureCode.INVALID_REQUEST);
                assertThat(failed.message()).contains("'model' is missing");
            });
        }
        // The channel goes on, and the bad record is not in the way of a commit.
        long next = request(partition, "after-bad");
        worker.finish("after-bad");
        awaitCommitted(partition, next + 1);
    }

    @Test
    void anEmptyRecordWithoutAKeyIsPutAsideAndTheChannelGoesOn() {
        var partition = new TopicPartition(Topics.INTERACTIVE.name(), 2);
        try (var letters = broker.readNew(Topics.INTERACTIVE.deadLetters().name())) {
            broker.write(partition, null, null, NO_HEADERS);

            var letter = letters.until(record -> record.key() == null, "the dead letter")
                    .getLast();
            assertThat(header(letter, Headers.DEAD_LETTER_REASON)).isEqualTo("the record has no value");
        }
        request(partition, "after-empty");
        worker.finish("after-empty");
    }

    @Test
    void aRecordLargerThanTheSuiteTakesIsRefusedWithBothSizesAndItsValueStays() {
        var partition = new TopicPartition(Topics.BATCH.name(), 4);
        broker.takesAtMost(Topics.BATCH.name(), 2 * Topics.MAX_MESSAGE_BYTES);
        try (var answers = broker.readNew(Topics.ANSWERS.name());
                var letters = broker.readNew(Topics.BATCH.deadLetters().name())) {
            var size = Topics.MAX_MESSAGE_BYTES + 1;
            // A limit takes its time to be the broker's.
            var written = await().ignoreExceptionsMatching(AssertionError.class::isInstance)
                    .until(() -> broker.write(partition, "huge", new byte[size], NO_HEADERS), Objects::nonNull);

            var letter = letters.until(record -> "huge".equals(record.key()), "the dead letter")
                    .getLast();
            assertThat(letter.value()).isNull();
            assertThat(header(letter, Headers.DEAD_LETTER_REASON))
                    .isEqualTo("the record has " + size + " bytes, the largest has " + Topics.MAX_MESSAGE_BYTES);
            assertThat(header(letter, Headers.DEAD_LETTER_OFFSET)).isEqualTo(String.valueOf(written.offset()));
            var answer = answers.until(record -> "huge".equals(record.key()), "the failure")
                    .getLast();
            assertThat(events(answer))
                    .singleElement()
                    .isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> assertThat(failed.message())
                            .contains(String.valueOf(size)));
        } finally {
            broker.takesAtMost(Topics.BATCH.name(), Topics.MAX_MESSAGE_BYTES);
        }
    }

    @Test
    void aVersionFromTheFutureIsRefusedByName() {
        var partition = new TopicPartition(Topics.INTERACTIVE.name(), 3);
        try (var answers = broker.readNew(Topics.ANSWERS.name())) {
            broker.write(
                    partition,
                    "future",
                    MessageCodec.write(message("future", "stories")),
                    Map.of(Headers.TYPE, "io.meshtransformer.inference.interactive.v9"));

            var answer = answers.until(record -> "future".equals(record.key()), "the failure")
                    .getLast();
            assertThat(events(answer))
                    .singleElement()
                    .isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> assertThat(failed.message())
                            .contains("'io.meshtransformer.inference.interactive.v9'")
                            .contains("'" + Topics.INTERACTIVE.eventType() + "'"));
        }
    }

    @Test
    void aReplyTopicThatIsNotThereIsADeadLetterAndHoldsUpNobody() {
        var partition = new TopicPartition(Topics.INTERACTIVE.name(), 4);
        try (var letters = broker.readNew(Topics.INTERACTIVE.deadLetters().name())) {
            broker.write(
                    partition,
                    "no-reply",
                    MessageCodec.write(message("no-reply", "stories")),
                    Map.of(Headers.REPLY_TOPIC, "not.there"));
            var letter = letters.until(record -> "no-reply".equals(record.key()), "the dead letter")
                    .getLast();
            assertThat(header(letter, Headers.DEAD_LETTER_REASON))
                    .isEqualTo("the header 'reply-topic' names the topic 'not.there', which does not exist");
        }
    }

    @Test
    void aReplyPartitionThatIsNoneIsADeadLetter() {
        var partition = new TopicPartition(Topics.INTERACTIVE.name(), 5);
        try (var letters = broker.readNew(Topics.INTERACTIVE.deadLetters().name())) {
            broker.write(
                    partition,
                    "no-partition",
                    MessageCodec.write(message("no-partition", "stories")),
                    Map.of(Headers.REPLY_PARTITION, "16"));
            var letter = letters.until(record -> "no-partition".equals(record.key()), "the dead letter")
                    .getLast();
            assertThat(header(letter, Headers.DEAD_LETTER_REASON))
                    .isEqualTo("the header 'reply-partition' is '16', it must be from 0 to 15 for the topic "
                            + "'inference.answers'");
        }
    }

    @Test
    void aRequestWithoutReplyHeadersIsAnsweredWhereItsIdSays() {
        var partition = new TopicPartition(Topics.INTERACTIVE.name(), 6);
        request(partition, "anywhere");

        var address = worker.awaitRequest("anywhere").replyTo();
        assertThat(address.topic()).isEqualTo(Topics.ANSWERS.name());
        assertThat(address.partition()).isBetween(0, Topics.ANSWERS.partitions() - 1);
        worker.finish("anywhere");
    }

    @Test
    void aRequestThatMakesTheServiceThrowIsPutAsideItsRequesterIsToldAndTheChannelGoesOn() {
        var partition = new TopicPartition(Topics.INTERACTIVE.name(), 7);
        try (var answers = broker.readNew(Topics.ANSWERS.name());
                var letters = broker.readNew(Topics.INTERACTIVE.deadLetters().name())) {
            broker.write(partition, "fault", MessageCodec.write(message("fault", HoldingWorker.BROKEN)), NO_HEADERS);

            var letter = letters.until(record -> "fault".equals(record.key()), "the dead letter")
                    .getLast();
            assertThat(header(letter, Headers.DEAD_LETTER_REASON)).contains("a fault of the service");
            var answer = answers.until(record -> "fault".equals(record.key()), "the failure")
                    .getLast();
            assertThat(events(answer))
                    .singleElement()
                    .isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> assertThat(failed.code())
                            .isEqualTo(FailureCode.INTERNAL_ERROR));
        }
        long next = request(partition, "after-fault");
        worker.finish("after-fault");
        awaitCommitted(partition, next + 1);
    }

    private long request(TopicPartition partition, String requestId) {
        return broker.write(partition, requestId, MessageCodec.write(message(requestId, "stories")), NO_HEADERS)
                .offset();
    }

    private static InferenceRequest message(String requestId, String model) {
        return new InferenceRequest.Score(requestId, model, TokenIds.of(1), List.of(TokenIds.of(2)), null);
    }

    private void awaitCommitted(TopicPartition partition, long offset) {
        await().untilAsserted(
                        () -> assertThat(broker.committed(GROUP, partition)).contains(offset));
    }

    /** What a member of the group is given of a partition, up to an offset. */
    private List<ConsumerRecord<String, byte[]>> readAsMember(String member, TopicPartition partition, long end) {
        var settings = Map.<String, Object>of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "group.id",
                GROUP,
                "group.instance.id",
                member,
                "session.timeout.ms",
                6_000,
                "enable.auto.commit",
                false,
                "partition.assignment.strategy",
                "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        var records = new ArrayList<ConsumerRecord<String, byte[]>>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(partition.topic()));
            await().until(() -> {
                consumer.poll(Duration.ofMillis(200)).records(partition).forEach(records::add);
                return consumer.assignment().contains(partition) && consumer.position(partition) >= end;
            });
        }
        return records;
    }

    private static List<AnswerEvent> events(ConsumerRecord<String, byte[]> answer) {
        try {
            return MessageCodec.read(answer.value(), AnswerBatch.class).events();
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
