package io.meshtransformer.gateway;

import static io.meshtransformer.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.gateway.suite.AlphabetModel;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.gateway.suite.GatewayClient.Event;
import io.meshtransformer.gateway.suite.ScriptedSuite;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class StreamsTest {
    @TestHTTPResource
    URI base;

    @Inject
    ScriptedSuite suite;

    private GatewayClient client;

    @BeforeEach
    void connect() {
        client = new GatewayClient(base).awaitReady();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void everyTokenIsAnEventWithAPlaceAndTheLastLineIsDone() {
        var events = client.stream("{'model':'alphabet','prompt':'Once','max_tokens':3,'stream':true}")
                .rest();

        assertThat(events).hasSize(5);
        assertThat(text(events, 0)).isEqualTo("abc");
        assertThat(events.get(0).json().at("/object").asText()).isEqualTo("text_completion");
        assertThat(events.get(0).json().at("/choices/0"))
                .hasToString("{\"index\":0,\"text\":\"a\",\"logprobs\":null,\"finish_reason\":null}");
        assertThat(events.get(0).json().has("usage")).isFalse();
        assertThat(events.get(3).json().at("/choices/0"))
                .hasToString("{\"index\":0,\"text\":\"\",\"logprobs\":null,\"finish_reason\":\"length\"}");
        assertThat(events.subList(0, 4))
                .extracting(Event::id)
                .doesNotContainNull()
                .doesNotHaveDuplicates();
        assertThat(events.getLast().data()).isEqualTo("[DONE]");
    }

    @Test
    void theCountsComeInAChunkOfTheirOwnOnRequest() {
        var events = client.stream(
                        "{'model':'alphabet','prompt':'Once','max_tokens':1,'stream':true,'stream_options':{'include_usage':true}}")
                .rest();

        assertThat(events.getFirst().json().get("usage").isNull()).isTrue();
        var counts = events.get(events.size() - 2).json();
        assertThat(counts.at("/choices")).isEmpty();
        assertThat(counts.at("/usage")).hasToString("{\"prompt_tokens\":4,\"completion_tokens\":1,\"total_tokens\":5}");
    }

    @Test
    void choicesAndPromptsInterleave() {
        var events = client.stream(
                        "{'model':'alphabet','prompt':['On','At'],'n':2,'max_tokens':4,'stream':true,'echo':true,'logprobs':1,'return_token_ids':true}")
                .rest();

        assertThat(text(events, 0)).isEqualTo("Onabcd");
        assertThat(text(events, 1)).isEqualTo("Onbcde");
        assertThat(text(events, 2)).isEqualTo("Atabcd");
        assertThat(text(events, 3)).isEqualTo("Atbcde");
        var first = events.stream()
                .filter(event -> index(event) == 2)
                .findFirst()
                .orElseThrow()
                .json()
                .at("/choices/0");
        assertThat(first.at("/text").asText()).isEqualTo("Ata");
        assertThat(first.at("/logprobs/text_offset")).hasToString("[0,1,2]");
        assertThat(first.at("/logprobs/token_logprobs")).hasToString("[null,-0.5,-0.125]");
        assertThat(first.at("/prompt_token_ids")).hasToString("[65,116]");
        assertThat(first.at("/token_ids")).hasToString("[97]");
    }

    @Test
    void aTokenLeavesBeforeTheNextOneIsThere() {
        var seen = new CountDownLatch(1);
        suite.script("Slowly", (request, reply) -> {
            var steps = AlphabetModel.events((PromptRequest.Complete) request);
            reply.send(steps.getFirst());
            awaitDown(seen);
            steps.stream().skip(1).forEach(reply::send);
        });

        try (var stream = client.stream("{'model':'alphabet','prompt':'Slowly','max_tokens':3,'stream':true}")) {
            assertThat(stream.next().orElseThrow().json().at("/choices/0/text").asText())
                    .isEqualTo("a");
            seen.countDown();
            assertThat(text(stream.rest(), 0)).isEqualTo("bc");
        }
    }

    @Test
    void aTokenLeavesAlsoWhenOnlyARepetitionFollows() {
        var seen = new CountDownLatch(1);
        suite.script("Repeat", (request, reply) -> {
            var steps = AlphabetModel.events((PromptRequest.Complete) request);
            var twice = new ArrayList<>(steps.getFirst());
            twice.addAll(steps.getFirst());
            reply.send(twice);
            awaitDown(seen);
            steps.stream().skip(1).forEach(reply::send);
        });

        try (var stream = client.stream("{'model':'alphabet','prompt':'Repeat','max_tokens':3,'stream':true}")) {
            // Before the next comment line would carry it along.
            assertThat(CompletableFuture.supplyAsync(() -> stream.next().orElseThrow()))
                    .succeedsWithin(Duration.ofSeconds(10));
            seen.countDown();
            assertThat(text(stream.rest(), 0)).isEqualTo("bc");
        }
    }

    @Test
    void whatAnotherWorkerSendsAgainAfterADeathIsShownOnce() {
        suite.script("Die", (request, reply) -> {
            var steps = AlphabetModel.events((PromptRequest.Complete) request);
            steps.subList(0, 6).forEach(reply::send);
            steps.forEach(reply::send);
        });

        var events = client.stream("{'model':'alphabet','prompt':'Die','max_tokens':10,'stream':true,'echo':true}")
                .rest();

        assertThat(text(events, 0)).isEqualTo("Dieabcdefghij");
        assertThat(events).hasSize(12);
    }

    @Test
    void aFailureBeforeTheFirstTokenHasItsOwnStatus() {
        suite.script(
                "Full",
                (request, reply) -> reply.send(new AnswerEvent.Failed(
                        request.requestId(), FailureCode.OVERLOADED, "512 requests wait already", null)));

        var response = client.post("/v1/completions", "{'model':'alphabet','prompt':'Full','stream':true}");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(response.body()).contains("512 requests wait already");
    }

    @Test
    void aFailureInTheMiddleIsAnEventInOpenAisShape() {
        suite.script("Break", (request, reply) -> {
            reply.send(AlphabetModel.events((PromptRequest.Complete) request).getFirst());
            reply.send(new AnswerEvent.Failed(request.requestId(), FailureCode.DEADLINE_EXCEEDED, "too late", null));
        });

        var events = client.stream("{'model':'alphabet','prompt':'Break','stream':true}")
                .rest();

        assertThat(events.get(1).data())
                .isEqualTo(
                        "{\"error\":{\"message\":\"too late\",\"type\":\"timeout_error\",\"param\":null,\"code\":\"request_timeout\"}}");
        assertThat(events.get(2).data()).isEqualTo("[DONE]");
    }

    @Test
    void aStreamGoesOnAfterAnyOfItsEvents() {
        var body =
                "{'model':'alphabet','prompt':['On','At'],'n':2,'max_tokens':3,'stream':true,'echo':true,'stream_options':{'include_usage':true}}";
        var whole = client.stream(body).rest();

        for (int seen = 1; seen < whole.size(); seen++) {
            var rest =
                    client.stream(body, Optional.of(whole.get(seen - 1).id())).rest();
            assertThat(rest).isEqualTo(whole.subList(seen, whole.size()));
        }
    }

    @Test
    void aClientThatComesBackGetsTheRestLive() {
        var cut = new CountDownLatch(1);
        suite.script("Back", (request, reply) -> {
            var steps = AlphabetModel.events((PromptRequest.Complete) request);
            steps.subList(0, 4).forEach(reply::send);
            awaitDown(cut);
            steps.stream().skip(4).forEach(reply::send);
        });
        var body = "{'model':'alphabet','prompt':'Back','max_tokens':8,'stream':true}";
        String last;
        try (var stream = client.stream(body)) {
            last = stream.next(2).getLast().id();
        }

        try (var again = client.stream(body, Optional.of(last))) {
            assertThat(text(again.next(2), 0)).isEqualTo("cd");
            cut.countDown();
            assertThat(text(again.rest(), 0)).isEqualTo("efgh");
        }
        assertThat(suite.cancellationsOf("Back")).isEmpty();
    }

    @Test
    void aClientThatDoesNotComeBackIsCancelledAndOneThatComesLaterIsServedAnew() {
        var runs = new CopyOnWriteArrayList<String>();
        suite.script("Later", (request, reply) -> {
            runs.add(request.requestId());
            var steps = AlphabetModel.events((PromptRequest.Complete) request);
            if (runs.size() > 1) {
                steps.forEach(reply::send);
                return;
            }
            steps.subList(0, 4).forEach(reply::send);
            await().until(() -> !suite.cancellationsOf("Later").isEmpty());
            reply.send(new AnswerEvent.Failed(request.requestId(), FailureCode.CANCELLED, "cancelled", null));
        });
        var body = "{'model':'alphabet','prompt':'Later','max_tokens':8,'stream':true}";
        String last;
        try (var stream = client.stream(body)) {
            last = stream.next(2).getLast().id();
        }
        await().until(() -> suite.cancellationsOf("Later").size() == 1);

        var rest = client.stream(body, Optional.of(last)).rest();

        assertThat(text(rest, 0)).isEqualTo("cdefgh");
        assertThat(runs).hasSize(2);
        var seeds = suite.requests().stream()
                .filter(request -> runs.contains(request.requestId()))
                .map(request ->
                        ((PromptRequest.Complete) request).options().sampling().seed())
                .collect(Collectors.toSet());
        assertThat(seeds).hasSize(1);
    }

    /** The text of one choice. */
    private static String text(List<Event> events, int index) {
        return events.stream()
                .filter(event -> index(event) == index)
                .map(event -> event.json().at("/choices/0/text").asText())
                .collect(Collectors.joining());
    }

    private static int index(Event event) {
        return event.data().equals("[DONE]")
                ? -1
                : event.json().at("/choices/0/index").asInt(-1);
    }

    private static void awaitDown(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
