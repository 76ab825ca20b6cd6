package io.meshtransformer.messaging;

import static io.meshtransformer.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.AnswerEvent.TokenGenerated;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.SharedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where the past that a replay reads meets the present that it goes on with. */
@ExtendWith(SharedBroker.class)
class ReplaySeamTest {
    private static final ReplyAddress LOG_OF_ANOTHER = new ReplyAddress(Topics.ANSWERS.name(), 12);

    private Beans beans;
    private Answers answers;

    @BeforeEach
    void start(Broker broker) {
        beans = new Beans(broker.bootstrapServers());
        answers = beans.answers(13);
        answers.start();
    }

    @AfterEach
    void close() {
        beans.close();
    }

    private static class Story implements Answers.Resumption {
        final List<Integer> indices = new CopyOnWriteArrayList<>();
        final List<String> presentThreads = new CopyOnWriteArrayList<>();
        volatile int past;

        @Override
        public void onPast(AnswerEvent event, LogPlace place) {
            indices.add(((TokenGenerated) event).index());
        }

        @Override
        public void onCaughtUp() {
            past = indices.size();
        }

        @Override
        public void onPresent(AnswerEvent event, LogPlace place) {
            presentThreads.add(Thread.currentThread().getName());
            indices.add(((TokenGenerated) event).index());
        }
    }

    @Test
    void replaysThatBeginWhileEventsComeMissNoneAndTellNoneTwice() throws Exception {
        int events = 3_000;
        long from = end();
        var written = new AtomicBoolean();
        var writer = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < events; i++) {
                send("seam", i);
                send("somebody-else", i);
                if (i % 20 == 0) {
                    // Slow enough that replays begin all along the way.
                    beans.answerSender
                            .send(LOG_OF_ANOTHER, token("pace", i))
                            .toCompletableFuture()
                            .join();
                }
            }
            written.set(true);
        });
        var stories = new ArrayList<Story>();
        var replays = new ArrayList<Answers.Replay>();
        while (!written.get() && replays.size() < 40) {
            var story = new Story();
            stories.add(story);
            replays.add(answers.replay(LOG_OF_ANOTHER.partition(), from, "seam"::equals, story));
        }
        writer.join();
        var all = IntStream.range(0, events).boxed().toList();
        for (var story : stories) {
            await().until(() -> story.indices.size() >= events);
            assertThat(story.indices).isEqualTo(all);
        }
        assertThat(stories).hasSizeGreaterThan(1);
        // A last event finds everybody in the present, told by the one reader that all share.
        send("seam", events);
        for (var story : stories) {
            await().until(() -> story.indices.size() > events);
            assertThat(story.presentThreads).isNotEmpty().containsOnly("answers-12");
        }
        assertThat(threads("replay-")).isEmpty();
        replays.forEach(Answers.Replay::close);
        await().until(() -> threads("answers-12").isEmpty());
    }

    @Test
    void aClientThatIsSlowWithThePastHoldsUpNobodyElseAndLosesNothing() throws Exception {
        long from = end();
        for (int i = 0; i < 100; i++) {
            send("slow", i);
            send("quick", i);
        }
        var room = new CountDownLatch(1);
        var slow = new Story() {
            @Override
            public void onPast(AnswerEvent event, LogPlace place) {
                if (indices.size() == 10) {
                    awaitUninterruptibly(room);
                }
                super.onPast(event, place);
            }
        };
        var quick = new Story();
        try (var _ = answers.replay(LOG_OF_ANOTHER.partition(), from, "slow"::equals, slow);
                var _ = answers.replay(LOG_OF_ANOTHER.partition(), from, "quick"::equals, quick)) {
            await().until(() -> quick.indices.size() == 100 && slow.indices.size() == 10);
            for (int i = 100; i < 200; i++) {
                send("slow", i);
                send("quick", i);
            }
            await().until(() -> quick.indices.size() == 200);
            assertThat(slow.indices).hasSize(10);

            room.countDown();
            await().until(() -> slow.indices.size() == 200);
            assertThat(slow.indices).isEqualTo(IntStream.range(0, 200).boxed().toList());
            assertThat(slow.past).isEqualTo(100);
        }
    }

    @Test
    void aReplayClosedInThePastTellsNothingMore() throws Exception {
        long from = end();
        for (int i = 0; i < 100; i++) {
            send("left", i);
        }
        var reached = new CountDownLatch(1);
        var room = new CountDownLatch(1);
        var story = new Story() {
            @Override
            public void onPast(AnswerEvent event, LogPlace place) {
                super.onPast(event, place);
                if (indices.size() == 10) {
                    reached.countDown();
                    awaitUninterruptibly(room);
                }
            }
        };
        var replay = answers.replay(LOG_OF_ANOTHER.partition(), from, "left"::equals, story);
        assertThat(reached.await(Patience.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        replay.close();
        room.countDown();

        await().until(() -> threads("replay-").isEmpty());
        assertThat(story.indices).hasSize(10);
        assertThat(story.past).isZero();
    }

    @Test
    void oneReplayTooManyIsRefusedUntilAnotherHasLeftThePast() throws Exception {
        var narrow = beans.answers(13, 2, Duration.ofMillis(1));
        long from = end();
        send("slow", 0);
        var room = new CountDownLatch(1);
        var slow = new Story() {
            @Override
            public void onPast(AnswerEvent event, LogPlace place) {
                awaitUninterruptibly(room);
                super.onPast(event, place);
            }
        };
        var other = narrow.replay(LOG_OF_ANOTHER.partition(), from, "slow"::equals, slow);
        try (var _ = narrow.replay(LOG_OF_ANOTHER.partition(), from, "slow"::equals, slow)) {
            assertThatThrownBy(() -> narrow.replay(LOG_OF_ANOTHER.partition(), from, "slow"::equals, new Story()))
                    .isInstanceOf(TooManyReplaysException.class)
                    .hasMessage("2 streams are being read again already, and none of them was done within 1 ms");

            other.close();
            var late = new Story();
            try (var _ = narrow.replay(LOG_OF_ANOTHER.partition(), from, "slow"::equals, late)) {
                await().until(() -> late.indices.equals(List.of(0)));
            }
            room.countDown();
        }
    }

    private static TokenGenerated token(String requestId, int index) {
        return new TokenGenerated(requestId, 0, index, 640, " time", null);
    }

    private void send(String requestId, int index) {
        beans.answerSender.send(LOG_OF_ANOTHER, token(requestId, index));
    }

    /** The offset of the next record in the log. */
    private long end() throws Exception {
        try (var consumer = new KafkaConsumer<>(
                beans.settings.reader(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = AnswerTail.topicPartition(LOG_OF_ANOTHER.partition());
            return consumer.endOffsets(List.of(partition)).get(partition);
        }
    }

    private static List<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(Patience.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
