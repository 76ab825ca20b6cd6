package io.meshtransformer.messaging;

import static io.meshtransformer.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.AnswerEvent.Detokenized;
import io.meshtransformer.contracts.AnswerEvent.TokenGenerated;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.embedded.EmbeddedKafka;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.SharedBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedBroker.class)
class AnswersTest {
    private static final String ANSWERS = Topics.ANSWERS.name();
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

    private record Heard(AnswerEvent event, LogPlace place) {}

    /** Collects what a listener is told. */
    private static final class Story implements AnswerListener, Answers.Resumption {
        private final List<Heard> heard = new CopyOnWriteArrayList<>();

        @Override
        public void onPast(AnswerEvent event, LogPlace place) {
            onEvent(event, place);
        }

        @Override
        public void onCaughtUp() {
            // Told in ReplayTest.
        }

        @Override
        public void onPresent(AnswerEvent event, LogPlace place) {
            onEvent(event, place);
        }

        @Override
        public void onEvent(AnswerEvent event, LogPlace place) {
            heard.add(new Heard(event, place));
        }

        List<AnswerEvent> events() {
            return heard.stream().map(Heard::event).toList();
        }

        List<AnswerEvent> awaitEvents(int count) {
            await().until(() -> heard.size() >= count);
            return events();
        }
    }

    private static TokenGenerated token(String requestId, int index) {
        return new TokenGenerated(requestId, 0, index, 100 + index, " t" + index, null);
    }

    @Test
    void eventsOfOneStepReachTheirOwnListenersWithTheirPlaces() {
        var answers = beans.answers(1);
        answers.start();
        var first = new Story();
        var second = new Story();
        try (var one = answers.register("step-a", first);
                var _ = answers.register("step-b", second)) {
            send(answers, token("step-a", 0), token("step-b", 0), token("step-a", 1));

            assertThat(first.awaitEvents(2)).containsExactly(token("step-a", 0), token("step-a", 1));
            assertThat(second.awaitEvents(1)).containsExactly(token("step-b", 0));
            var places = first.heard.stream().map(Heard::place).toList();
            assertThat(places.get(0).offset()).isGreaterThanOrEqualTo(one.fromOffset());
            assertThat(places).extracting(LogPlace::index).containsExactly(0, 2);
            assertThat(places.get(0)).isLessThan(places.get(1));
            assertThat(places.get(0).partition()).isEqualTo(one.partition()).isEqualTo(1);
        }
    }

    @Test
    void whatWasAnsweredBeforeTheStartIsNotHeard() {
        send(new ReplyAddress(ANSWERS, 2), token("early", 0));
        var answers = beans.answers(2);
        answers.start();
        var story = new Story();
        try (var _ = answers.register("early", story)) {
            send(answers, token("early", 1));

            assertThat(story.awaitEvents(1)).containsExactly(token("early", 1));
        }
    }

    @Test
    void answersOfOtherGatewaysAreNotRead() {
        var answers = beans.answers(3);
        answers.start();
        var story = new Story();
        try (var _ = answers.register("elsewhere", story)) {
            send(new ReplyAddress(ANSWERS, 4), token("elsewhere", 0));
            send(answers, token("elsewhere", 1));

            assertThat(story.awaitEvents(1)).containsExactly(token("elsewhere", 1));
        }
    }

    @Test
    void aListenerThatThrowsKeepsNobodyElseFromHearing() {
        var answers = beans.answers(5);
        answers.start();
        var story = new Story();
        AnswerListener broken = (_, _) -> {
            throw new IllegalStateException("broken");
        };
        try (var _ = answers.register("broken", broken);
                var _ = answers.register("sound", story)) {
            send(answers, token("broken", 0), token("sound", 0));
            send(answers, token("broken", 1));
            send(answers, token("sound", 1));

            assertThat(story.awaitEvents(2)).containsExactly(token("sound", 0), token("sound", 1));
        }
    }

    @Test
    void eventsOfUnknownRequestsAndBytesThatAreNoAnswersArePassedOver() {
        var answers = beans.answers(6);
        answers.start();
        var story = new Story();
        try (var _ = answers.register("known", story)) {
            var place = new TopicPartition(ANSWERS, 6);
            broker.write(place, "x", "no json".getBytes(UTF_8), Map.of());
            broker.write(place, "x", null, Map.of());
            send(answers, token("unknown", 0));
            send(answers, token("known", 0));

            assertThat(story.awaitEvents(1)).containsExactly(token("known", 0));
        }
    }

    @Test
    void afterItsRegistrationIsClosedAListenerHearsNothing() {
        var answers = beans.answers(7);
        answers.start();
        var story = new Story();
        answers.register("left", story).close();
        var next = new Story();
        try (var _ = answers.register("stays", next)) {
            send(answers, token("left", 0), token("stays", 0));

            next.awaitEvents(1);
            assertThat(story.events()).isEmpty();
        }
    }

    @Test
    void twoListenersForOneRequestAreRefused() {
        var answers = beans.answers(7);
        answers.start();
        try (var _ = answers.register("twice", new Story())) {
            assertThatThrownBy(() -> answers.register("twice", new Story()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("twice");
        }
        answers.register("twice", new Story()).close();
    }

    @Test
    void registeringBeforeTheStartIsRefused() {
        assertThatThrownBy(() -> beans.answers(0).register("too-early", new Story()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPartitionThatTheTopicDoesNotHaveIsNamedAtTheStart() {
        assertThatThrownBy(() -> beans.answers(16).start())
                .isInstanceOf(MessagingException.class)
                .hasMessage(
                        "mtj.gateway.reply-partition is partition 16, but inference.answers has only 16, from 0 to 15");
    }

    @Test
    void anotherGatewayReplaysAStreamFromItsPlaceAndGoesOnLive() {
        var dead = beans.answers(8);
        dead.start();
        var before = new Story();
        long from;
        LogPlace place;
        try (var registration = dead.register("resumed", before)) {
            from = registration.fromOffset();
            send(dead, token("resumed", 0), token("other", 0), token("resumed", 1));
            send(dead, token("resumed", 2));
            before.awaitEvents(3);
            place = before.heard.get(1).place();
        }
        var survivor = beans.answers(9);
        survivor.start();
        var after = new Story();
        try (var _ = survivor.replay(8, from, "resumed"::equals, after)) {
            assertThat(after.awaitEvents(3))
                    .containsExactly(token("resumed", 0), token("resumed", 1), token("resumed", 2));
            assertThat(after.heard.get(1).place()).isEqualTo(place);

            send(new ReplyAddress(ANSWERS, 8), token("resumed", 3));
            assertThat(after.awaitEvents(4)).last().isEqualTo(token("resumed", 3));
        }
    }

    @Test
    void aClosedReplayHearsNothingMore() {
        var answers = beans.answers(10);
        answers.start();
        var story = new Story();
        var live = new Story();
        try (var registration = answers.register("closed", live)) {
            var replay = answers.replay(10, registration.fromOffset(), "closed"::equals, story);
            send(answers, token("closed", 0));
            story.awaitEvents(1);
            replay.close();
            send(answers, token("closed", 1));

            live.awaitEvents(2);
            assertThat(story.events()).containsExactly(token("closed", 0));
        }
    }

    @Test
    void aReplayOfWhatIsNoLongerKeptNamesTheOffsets() throws Exception {
        var answers = beans.answers(11);
        answers.start();
        for (int i = 0; i < 5; i++) {
            send(answers, token("deleted", i));
        }
        var place = new TopicPartition(ANSWERS, 11);
        try (var admin = broker.admin()) {
            admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(3)))
                    .all()
                    .get();
        }
        assertThatThrownBy(() -> answers.replay(11, 2, "deleted"::equals, new Story()))
                .isInstanceOf(PlaceNotKeptException.class)
                .hasMessage("offset 2 of inference.answers-11 is not kept: the oldest is 3, the newest 4");
        assertThatThrownBy(() -> answers.replay(11, 6, "deleted"::equals, new Story()))
                .isInstanceOf(PlaceNotKeptException.class);
        var story = new Story();
        try (var _ = answers.replay(11, 3, "deleted"::equals, story)) {
            assertThat(story.awaitEvents(2)).containsExactly(token("deleted", 3), token("deleted", 4));
        }
    }

    @Test
    void aReplayOfAPartitionThatIsNotThereIsRefused() {
        var answers = beans.answers(12);
        answers.start();

        assertThatThrownBy(() -> answers.replay(99, 0, "nowhere"::equals, new Story()))
                .isInstanceOf(PlaceNotKeptException.class)
                .hasMessageContaining("partition 99");
        assertThatThrownBy(() -> answers.replay(-1, 0, "nowhere"::equals, new Story()))
                .isInstanceOf(PlaceNotKeptException.class);
    }

    @Test
    void whenTheBrokerIsAwayTheServiceIsNotReadyAndWhenItIsBackNoAnswerIsMissing(@TempDir Path directory)
            throws Exception {
        int port;
        Beans own;
        var story = new Story();
        Answers answers;
        ReadersReadiness readiness;
        try (var kafka = EmbeddedKafka.start(directory, 0, Map.of())) {
            port = kafka.port();
            own = new Beans(kafka.bootstrapServers());
            answers = own.answers(0);
            answers.start();
            readiness = new ReadersReadiness(own.readers);
            answers.register("patient", story);
            own.answerSender.send(answers.address(), token("patient", 0));
            story.awaitEvents(1);
            await().untilAsserted(() -> assertThat(readiness.call().getStatus()).isEqualTo(Status.UP));
        }
        try {
            var sent = own.answerSender.send(answers.address(), token("patient", 1));
            await().untilAsserted(() -> assertThat(readiness.call().getStatus()).isEqualTo(Status.DOWN));
            try (var _ = EmbeddedKafka.start(directory, port, Map.of())) {
                sent.toCompletableFuture().get(Patience.LONG.toSeconds(), TimeUnit.SECONDS);

                assertThat(story.awaitEvents(2)).containsExactly(token("patient", 0), token("patient", 1));
                await().untilAsserted(
                                () -> assertThat(readiness.call().getStatus()).isEqualTo(Status.UP));
                own.close();
            }
        } finally {
            own.close();
        }
    }

    @Test
    void answersTooLargeForOneRecordTravelInSeveral() {
        var answers = beans.answers(13);
        answers.start();
        var story = new Story();
        var text = "x".repeat(3 << 20);
        try (var _ = answers.register("large", story)) {
            send(
                    answers,
                    new Detokenized("large", text + 1),
                    new Detokenized("large", text + 2),
                    new Detokenized("large", text + 3),
                    new Detokenized("large", text + 4));

            assertThat(story.awaitEvents(4))
                    .extracting(event -> ((Detokenized) event).text().substring(3 << 20))
                    .containsExactly("1", "2", "3", "4");
        }
    }

    @Test
    void anAnswerTooLargeForAnyRecordBecomesAFailureThatNamesTheLimit() {
        var answers = beans.answers(14);
        answers.start();
        var story = new Story();
        try (var _ = answers.register("huge", story)) {
            send(answers, new Detokenized("huge", "x".repeat(9 << 20)));

            assertThat(story.awaitEvents(1).getFirst())
                    .isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> assertThat(failed.message())
                            .contains(String.valueOf(MessageSender.LARGEST_MESSAGE_BYTES)));
        }
    }

    @Test
    void anAnswerTooLargeForItsTopicBecomesAFailureToo() throws MalformedMessageException {
        broker.createNarrowTopic("narrow.answers", NARROW);
        try (var reader = broker.read("narrow.answers")) {
            var small = new Detokenized("small", "x");
            send(new ReplyAddress("narrow.answers", 0), small, new Detokenized("wide", "x".repeat(2 * NARROW)));

            var events = new ArrayList<AnswerEvent>();
            for (var record : reader.until(record -> "wide".equals(record.key()), "the failure")) {
                events.addAll(
                        MessageCodec.read(record.value(), AnswerBatch.class).events());
            }
            assertThat(events).first().isEqualTo(small);
            assertThat(events).last().isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> assertThat(
                            failed.message())
                    .contains("bytes, more than 'max.message.bytes' of narrow.answers"));
        }
    }

    @Test
    void aRecordForAPartitionThatIsNotThereFailsItsStage() {
        assertThat(beans.answerSender.send(new ReplyAddress(ANSWERS, 16), token("lost", 0)))
                .failsWithin(Patience.LONG)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(MessagingException.class)
                .withMessageContaining("inference.answers-16");
    }

    private void send(Answers answers, AnswerEvent... events) {
        send(answers.address(), events);
    }

    private void send(ReplyAddress address, AnswerEvent... events) {
        assertThat(beans.answerSender.send(address, List.of(events))).succeedsWithin(Patience.LONG);
    }
}
