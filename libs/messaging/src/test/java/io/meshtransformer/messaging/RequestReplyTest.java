package io.meshtransformer.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(SuiteResource.class)
class RequestReplyTest {
    @Inject
    MessageSender sender;

    @Inject
    Answers answers;

    @BeforeEach
    void startReading() {
        answers.start();
    }

    @Test
    void aRequestIsAnsweredToTheOneWhoAsked() throws Exception {
        var answer = ask("cmpl-one-0", "once upon").get(Patience.LONG.toSeconds(), TimeUnit.SECONDS);

        assertThat(answer).isEqualTo(new AnswerEvent.Tokenized("cmpl-one-0", TokenIds.of(9)));
    }

    @Test
    void ofManyRequestsAtOnceNoneStaysWithoutItsAnswer() throws Exception {
        askMany("first", 2_000, 64);
        var alone = askMany("alone", 500, 1);
        var together = askMany("together", 5_000, 64);

        // Far above what an idle machine takes, and far below a lost answer that somebody asked for again.
        assertThat(alone.percentile(50)).isLessThan(500);
        System.out.println("request and answer, one at a time: " + alone);
        System.out.println("request and answer, 64 at a time: " + together);
    }

    private record Times(long[] nanos, double seconds) {
        /** In milliseconds. */
        double percentile(int percent) {
            return nanos[nanos.length * percent / 100] / 1e6;
        }

        @Override
        public String toString() {
            return "p50 %.2f ms, p99 %.2f ms, %.0f per second"
                    .formatted(percentile(50), percentile(99), nanos.length / seconds);
        }
    }

    /** Asks, never for more than some at a time, and checks each answer. */
    private Times askMany(String name, int requests, int atOnce) throws Exception {
        var inFlight = new Semaphore(atOnce);
        var nanos = new long[requests];
        var asked = new ArrayList<CompletableFuture<AnswerEvent>>();
        long begin = System.nanoTime();
        for (int i = 0; i < requests; i++) {
            inFlight.acquire();
            int place = i;
            long start = System.nanoTime();
            asked.add(ask(name + "-" + i, "x".repeat(i % 100)).whenComplete((_, _) -> {
                nanos[place] = System.nanoTime() - start;
                inFlight.release();
            }));
        }
        for (int i = 0; i < requests; i++) {
            assertThat(asked.get(i).get(Patience.LONG.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(new AnswerEvent.Tokenized(name + "-" + i, TokenIds.of(i % 100)));
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Arrays.sort(nanos);
        return new Times(nanos, seconds);
    }

    private CompletableFuture<AnswerEvent> ask(String requestId, String text) {
        var answer = new CompletableFuture<AnswerEvent>();
        var registration = answers.register(requestId, (event, _) -> answer.complete(event));
        sender.send(
                Topics.PROMPTS,
                requestId,
                new PromptRequest.Tokenize(requestId, "stories", text, false),
                answers.address());
        return answer.whenComplete((_, _) -> registration.close());
    }
}
