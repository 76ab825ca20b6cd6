package io.meshtransformer.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
        var answer = ask("cmpl-one-0", "once upon").get(20, TimeUnit.SECONDS);

        assertThat(answer).isEqualTo(new AnswerEvent.Tokenized("cmpl-one-0", TokenIds.of(9)));
    }

    @Test
    void ofManyRequestsAtOnceNoneStaysWithoutItsAnswer() throws Exception {
        int requests = 5_000;
        var inFlight = new Semaphore(64);
        var nanos = new long[requests];
        var asked = IntStream.range(0, requests)
                .mapToObj(i -> {
                    inFlight.acquireUninterruptibly();
                    long start = System.nanoTime();
                    return ask("many-" + i, "x".repeat(i % 100)).thenApply(answer -> {
                        nanos[i] = System.nanoTime() - start;
                        inFlight.release();
                        return answer;
                    });
                })
                .toList();
        for (int i = 0; i < requests; i++) {
            assertThat(asked.get(i).get(20, TimeUnit.SECONDS))
                    .isEqualTo(new AnswerEvent.Tokenized("many-" + i, TokenIds.of(i % 100)));
        }
        Arrays.sort(nanos);
        System.out.printf(
                "request and answer, 64 at once: p50 %.2f ms, p99 %.2f ms%n",
                nanos[requests / 2] / 1e6, nanos[requests * 99 / 100] / 1e6);
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
