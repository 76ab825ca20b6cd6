package io.meshtransformer.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.contracts.Usage;
import io.meshtransformer.inference.scheduler.Emission;
import io.meshtransformer.messaging.IncomingRequest;
import io.meshtransformer.messaging.ReplyAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AnswerOutletTest {
    private static final ReplyAddress HERE = new ReplyAddress("answers", 1);

    private final AtomicLong time = new AtomicLong();
    private final List<List<String>> records = new ArrayList<>();
    private final AtomicInteger committed = new AtomicInteger();
    private final AnswerOutlet outlet = new AnswerOutlet(
            (_, events) -> {
                records.add(events.stream().map(AnswerEvent::requestId).toList());
                return CompletableFuture.completedFuture(null);
            },
            time::get);

    @Test
    void answersOfBatchRequestsWaitForOthersOfTheSameMoment() {
        outlet.send(List.of(finished("a", Priority.BATCH)));
        outlet.send(List.of(finished("b", Priority.BATCH)));
        outlet.send(List.of(finished("c", Priority.BATCH), finished("d", Priority.BATCH)));
        assertThat(records).containsExactly(List.of("a"));
        assertThat(committed).hasValue(1);

        time.addAndGet(Duration.ofMillis(50).toNanos());
        outlet.send(List.of());
        assertThat(records).containsExactly(List.of("a"), List.of("b", "c", "d"));
        assertThat(committed).hasValue(4);
    }

    @Test
    void answersThatSomebodyWatchesWaitForNothing() {
        outlet.send(List.of(finished("a", Priority.BATCH)));
        outlet.send(List.of(finished("b", Priority.BATCH), finished("c", Priority.INTERACTIVE)));
        outlet.send(List.of(finished("d", Priority.INTERACTIVE)));

        assertThat(records).containsExactly(List.of("a"), List.of("c"), List.of("d"));
    }

    @Test
    void whatWaitsGoesWhenNoStepFollows() {
        outlet.send(List.of(finished("a", Priority.BATCH)));
        outlet.send(List.of(finished("b", Priority.BATCH)));
        outlet.sendHeld();
        outlet.sendHeld();

        assertThat(records).containsExactly(List.of("a"), List.of("b"));
    }

    private Emission finished(String id, Priority priority) {
        var request = new InferenceRequest.Score(id, "m", TokenIds.of(1), List.of(TokenIds.of(2)), null);
        var incoming = new IncomingRequest<InferenceRequest>(request, HERE, committed::incrementAndGet);
        return new Emission(
                new Job(incoming, priority, 0), new AnswerEvent.ScoreCompleted(id, List.of(), new Usage(1, 0)));
    }
}
