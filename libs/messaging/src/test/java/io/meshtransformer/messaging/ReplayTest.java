package io.meshtransformer.messaging;

import static io.meshtransformer.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.InjectBroker;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(SuiteResource.class)
class ReplayTest {
    /** Another gateway's, not the one that this application reads. */
    private static final int PARTITION = 5;

    @InjectBroker
    Broker broker;

    @Inject
    Answers answers;

    @Test
    void aReplayGivesThePastThenSaysSoThenGoesOnLive() {
        var seen = new CopyOnWriteArrayList<String>();
        var from = send("mine-0", "a");
        send("other-0", "x");
        send("mine-1", "b");

        try (var _ = replay(from, seen)) {
            await().until(() -> seen.contains("caught up"));
            assertThat(seen).containsExactly("mine-0 a", "mine-1 b", "caught up");
            send("other-0", "y");
            send("mine-0", "c");
            await().until(() -> seen.size() > 3);
            assertThat(seen).containsExactly("mine-0 a", "mine-1 b", "caught up", "mine-0 c");
        }
    }

    @Test
    void aReplayFromTheEndIsCaughtUpAtOnce() {
        var seen = new CopyOnWriteArrayList<String>();
        var end = send("mine-2", "a") + 1;

        try (var _ = replay(end, seen)) {
            await().until(() -> seen.equals(List.of("caught up")));
        }
    }

    @Test
    void aPlaceBeyondTheEndIsRefused() {
        var end = send("mine-3", "a") + 1;

        assertThatThrownBy(() -> replay(end + 1, new CopyOnWriteArrayList<>()))
                .isInstanceOf(PlaceNotKeptException.class)
                .hasMessageContaining("offset " + (end + 1));
    }

    private Answers.Replay replay(long from, List<String> seen) {
        return answers.replay(PARTITION, from, id -> id.startsWith("mine-"), new Answers.Resumption() {
            @Override
            public void onPast(AnswerEvent event, LogPlace place) {
                seen.add(event.requestId() + " " + ((AnswerEvent.Detokenized) event).text());
            }

            @Override
            public void onCaughtUp() {
                seen.add("caught up");
            }

            @Override
            public void onPresent(AnswerEvent event, LogPlace place) {
                onPast(event, place);
            }
        });
    }

    /** Writes an event of this text to the log and tells its offset. */
    private long send(String requestId, String text) {
        var batch = new AnswerBatch(List.of(new AnswerEvent.Detokenized(requestId, text)));
        var partition = new TopicPartition(Topics.ANSWERS.name(), PARTITION);
        return broker.write(partition, requestId, MessageCodec.write(batch), Map.of())
                .offset();
    }
}
