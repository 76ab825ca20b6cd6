package io.meshtransformer.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.Topics.TopicDefinition;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.SharedBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class MessageSenderTest {
    /** Larger than a batch: those smaller the producer would send again and again, as they are. */
    private static final int NARROW = 20_000;

    private Broker broker;
    private Beans beans;

    @BeforeEach
    void makeBeans(Broker broker) {
        this.broker = broker;
        this.beans = new Beans(broker.bootstrapServers());
    }

    @AfterEach
    void closeBeans() {
        beans.close();
    }

    @Test
    void aRequestIsKeyedByItsIdAndCarriesCloudEventsAndReplyHeaders() {
        var request = new PromptRequest.DescribeModels("headers-0");
        try (var reader = broker.readNew(Topics.PROMPTS.name())) {
            beans.sender.send(Topics.PROMPTS, "headers-0", request, new ReplyAddress("inference.answers", 3));

            var record = reader.until(read -> read.key().equals("headers-0"), "the request")
                    .getLast();
            assertThat(record.value()).isEqualTo(MessageCodec.write(request));
            var headers = headers(record);
            assertThat(Instant.parse(headers.remove(Headers.TIME))).isBefore(Instant.now());
            assertThat(headers)
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            Headers.SPEC_VERSION, "1.0",
                            Headers.ID, "headers-0",
                            Headers.TYPE, "io.meshtransformer.prompts.v1",
                            Headers.SOURCE, "/test-0",
                            Headers.CONTENT_TYPE, "application/json",
                            Headers.REPLY_TOPIC, "inference.answers",
                            Headers.REPLY_PARTITION, "3"));
        }
    }

    @Test
    void answersToSeveralRequestsHaveNoKeyAndAnIdOfTheirOwn() {
        try (var reader = broker.readNew(Topics.ANSWERS.name())) {
            var address = new ReplyAddress(Topics.ANSWERS.name(), 15);
            beans.answerSender.send(
                    address,
                    List.of(new AnswerEvent.Detokenized("both-a", "a"), new AnswerEvent.Detokenized("both-b", "b")));
            beans.answerSender.send(address, new AnswerEvent.Detokenized("both-a", "c"));

            var first = reader.until(record -> record.partition() == 15, "both answers")
                    .getLast();
            assertThat(first.key()).isNull();
            assertThat(headers(first).get(Headers.ID)).isNotEmpty().isNotEqualTo("both-a");
            var second = reader.until(record -> record.partition() == 15, "one answer")
                    .getLast();
            assertThat(second.key()).isEqualTo("both-a");
            assertThat(headers(second)).containsEntry(Headers.ID, "both-a");
        }
    }

    @Test
    void aMessageTooLargeFailsItsStageWithBothSizes() {
        var request = new PromptRequest.Tokenize("big", "stories", "x".repeat(Topics.MAX_MESSAGE_BYTES), false);

        assertThat(beans.sender.send(Topics.PROMPTS, "big", request))
                .failsWithin(Patience.LONG)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(MessageTooLargeException.class)
                .withMessageContaining(String.valueOf(MessageSender.LARGEST_MESSAGE_BYTES))
                .withMessageContaining("prompts");
    }

    @Test
    void aMessageTooLargeForTheBrokerFailsItsStageAsSuch() {
        var narrow = new TopicDefinition("narrow.prompts", 1, Duration.ofHours(1));
        broker.createNarrowTopic(narrow.name(), NARROW);
        var request = new PromptRequest.Tokenize("wide", "stories", "x".repeat(2 * NARROW), false);
        var bytes = MessageCodec.write(request).length;

        assertThat(beans.sender.send(narrow, "wide", request))
                .failsWithin(Patience.LONG)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(MessageTooLargeException.class)
                .withMessageContaining("it has " + bytes + " bytes, more than the topic's 'max.message.bytes'");
        assertThat(beans.sender.send(narrow, "slim", new PromptRequest.Tokenize("slim", "stories", "x", false)))
                .succeedsWithin(Patience.LONG);
    }

    @Test
    void theLargestMessageArrives() {
        var frame = MessageCodec.write(new PromptRequest.Tokenize("largest", "stories", "", false)).length;
        var text = "x".repeat(MessageSender.LARGEST_MESSAGE_BYTES - frame);
        try (var reader = broker.readNew(Topics.PROMPTS.name())) {
            assertThat(beans.sender.send(
                            Topics.PROMPTS,
                            "largest",
                            new PromptRequest.Tokenize("largest", "stories", text, false),
                            new ReplyAddress("inference.answers", 3)))
                    .succeedsWithin(Patience.LONG);
            assertThat(reader.until(read -> "largest".equals(read.key()), "the largest")
                            .getLast()
                            .value())
                    .hasSize(MessageSender.LARGEST_MESSAGE_BYTES);
        }
    }

    private static Map<String, String> headers(ConsumerRecord<?, ?> record) {
        var headers = new HashMap<String, String>();
        record.headers().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
        return headers;
    }
}
