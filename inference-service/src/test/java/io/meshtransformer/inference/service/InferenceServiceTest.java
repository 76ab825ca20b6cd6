package io.meshtransformer.inference.service;

import static io.meshtransformer.testkit.Patience.await;
import static io.restassured.RestAssured.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.Cancellation;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.ModelHash;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.InjectBroker;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service with the demo model and a real broker. */
@QuarkusTest
@WithTestResource(SuiteResource.class)
class InferenceServiceTest {

    private static final Path STORIES = Path.of(System.getProperty("mtj.root"), "models", "stories");

    @InjectBroker
    Broker broker;

    private Requester requester;

    @BeforeEach
    void listen() {
        await().until(() -> get("/q/health/ready").statusCode() == 200);
        requester = new Requester(broker);
    }

    @AfterEach
    void stopListening() {
        requester.close();
    }

    @Test
    void greedyTokensAreThoseOfHuggingFace() throws IOException {
        var cases = StoriesReference.read().cases();
        for (int i = 0; i < cases.size(); i++) {
            var reference = cases.get(i);
            var length = reference.greedyIds().length + (reference.ended() ? 1 : 0);
            requester.ask(Topics.INTERACTIVE, generate("greedy-" + i, reference.promptIds(), length));
            var events = requester.untilEnd("greedy-" + i);

            var tokens = tokens(events);
            var ids = tokens.stream().mapToInt(AnswerEvent.TokenGenerated::id).toArray();
            assertThat(Arrays.copyOf(ids, reference.greedyIds().length)).isEqualTo(reference.greedyIds());
            assertThat(tokens)
                    .extracting(AnswerEvent.TokenGenerated::index)
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(events.getLast()).isInstanceOf(AnswerEvent.GenerationCompleted.class);
            if (reference.ended()) {
                assertThat(finished(events).reason()).isEqualTo(FinishReason.STOP);
            }
        }
    }

    @Test
    void aRequestIsCommittedOnceItIsAnswered() {
        var written = requester.ask(Topics.INTERACTIVE, generate("commit", new int[] {430, 458}, 20));
        requester.untilEnd("commit");

        var partition = new TopicPartition(written.topic(), written.partition());
        await().until(() -> broker.committed("inference-service", partition).orElse(0L) > written.offset());
    }

    @Test
    void continuationsAreScored() {
        var request = new InferenceRequest.Score(
                "score",
                "stories",
                TokenIds.of(430, 458, 258, 402),
                List.of(TokenIds.of(11, 399), TokenIds.of(11, 11), TokenIds.of(11)),
                null);
        requester.ask(Topics.BATCH, request);
        var scores = ((AnswerEvent.ScoreCompleted) requester.untilEnd("score").getLast()).scores();

        assertThat(scores).hasSize(3);
        assertThat(scores.get(0).greedy()).isTrue();
        assertThat(scores.get(1).greedy()).isFalse();
        assertThat(scores.get(0).tokenLogprobs().getFirst())
                .isEqualTo(scores.get(2).logprob());
        assertThat(scores.get(0).logprob()).isGreaterThan(scores.get(1).logprob());
    }

    @Test
    void whoAnswersIsToldAndAnswersToThatNameAlone() throws IOException {
        var served = served("stories");
        try (var checkpoint = Checkpoint.open(STORIES)) {
            assertThat(served.modelHash()).isEqualTo(ModelHash.of(checkpoint.modelFiles()));
        }
        assertThat(served.engine()).isEqualTo(engine());
        assertThat(served.dtype()).isEqualTo("fp32");
        assertThat(served.version()).startsWith("0.1.0");
        assertThat(served.contextLength()).isEqualTo(256);
        assertThat(served.vocabularySize()).isEqualTo(4096);

        assertThat(scored("for-this", served.identity())).isInstanceOf(AnswerEvent.ScoreCompleted.class);
        var other = "f".repeat(64);
        assertThat(scored("for-another", other)).isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(FailureCode.MODEL_CHANGED);
            assertThat(failed.message()).contains(other, served.identity(), engine());
        });
    }

    /** What the service is told to compute with. */
    String engine() {
        return "vector";
    }

    private ServedModel served(String model) {
        var id = UUID.randomUUID().toString();
        requester.ask(Topics.BATCH, new InferenceRequest.Describe(id, model, null));
        return ((AnswerEvent.ModelServed) requester.untilEnd(id).getLast()).served();
    }

    private AnswerEvent scored(String id, String identity) {
        requester.ask(
                Topics.BATCH,
                new InferenceRequest.Score(
                        id, "stories", TokenIds.of(430, 458), List.of(TokenIds.of(11)), null, identity));
        return requester.untilEnd(id).getLast();
    }

    @Test
    void theTokensOfAStepTravelTogether() {
        requester.ask(
                Topics.INTERACTIVE,
                IntStream.range(0, 8)
                        .mapToObj(i -> generate("together-" + i, new int[] {430, 458, 258, 402}, 200))
                        .toList());
        var ended = new ArrayList<String>();
        requester.until(
                event -> {
                    if (event.terminal() && !ended.contains(event.requestId())) {
                        ended.add(event.requestId());
                    }
                    return ended.size() == 8;
                },
                "the end of eight requests");

        var tokens = new HashMap<String, Integer>();
        for (var record : requester.records()) {
            for (var event : Requester.events(record)) {
                if (event instanceof AnswerEvent.TokenGenerated token) {
                    assertThat(token.index()).isEqualTo(tokens.merge(token.requestId(), 1, Integer::sum) - 1);
                }
            }
        }
        assertThat(tokens).hasSize(8);
        assertThat(requester.records().size())
                .isLessThan(tokens.values().stream().mapToInt(Integer::intValue).sum() / 2);
    }

    @Test
    void aCancelledRequestEndsAndIsCommitted() {
        // So much to do that the cancellation comes long before its end, however busy the machine.
        var options = new GenerationOptions(250, 32, Sampling.seeded(1, 3), List.of(), null, false, true);
        var request = new InferenceRequest.Generate("cancel", "stories", TokenIds.of(430, 458), options, null);
        var written = requester.ask(Topics.INTERACTIVE, request);
        requester.until(event -> event.requestId().equals("cancel"), "the first token");
        broker.write(
                Topics.CANCELLATIONS.name(),
                "cancel",
                MessageCodec.write(new Cancellation("cancel", "test")),
                Map.of());

        var last = requester.untilEnd("cancel").getLast();
        assertThat(last).isInstanceOf(AnswerEvent.Failed.class);
        assertThat(((AnswerEvent.Failed) last).code()).isEqualTo(FailureCode.CANCELLED);
        var partition = new TopicPartition(written.topic(), written.partition());
        await().until(() -> broker.committed("inference-service", partition).orElse(0L) > written.offset());
    }

    @Test
    void aRecordThatIsNoRequestIsPutAsideAndItsRequesterTold() {
        requester.send(Topics.INTERACTIVE, "broken", "{\"type\":\"generate\"}".getBytes(UTF_8));

        var last = requester.untilEnd("broken").getLast();
        assertThat(((AnswerEvent.Failed) last).code()).isEqualTo(FailureCode.INVALID_REQUEST);
        assertThat(((AnswerEvent.Failed) last).message()).contains("requestId");
        try (var dead = broker.read(Topics.INTERACTIVE.deadLetters().name())) {
            assertThat(dead.next(1).getFirst().key()).isEqualTo("broken");
        }
    }

    @Test
    void aMalformedBatchRecordDoesNotStopBatchWork() {
        for (int i = 0; i < 40; i++) {
            requester.send(Topics.BATCH, "broken-batch-" + i, "no JSON".getBytes(UTF_8));
        }
        requester.ask(Topics.BATCH, generate("after", new int[] {430}, 3));

        assertThat(requester.untilEnd("after").getLast()).isInstanceOf(AnswerEvent.GenerationCompleted.class);
    }

    @Test
    void aPublishedCheckpointIsServedBesideTheModelUntilNewerOnesTakeItsPlace() throws IOException {
        var reference = StoriesReference.read().cases().getFirst();
        requester.ask(Topics.INTERACTIVE, generate("beside", new int[] {430, 458}, 200));
        publish(7, STORIES);
        await().until(() -> last("tales@7", reference) instanceof AnswerEvent.GenerationCompleted);
        requester.ask(
                Topics.INTERACTIVE,
                generate("published", "tales@7", reference.promptIds(), reference.greedyIds().length));
        assertThat(tokens(requester.untilEnd("published")))
                .extracting(AnswerEvent.TokenGenerated::id)
                .containsExactly(Arrays.stream(reference.greedyIds()).boxed().toArray(Integer[]::new));
        assertThat(get("/q/metrics").asString()).contains("model_name=\"tales@7\"");
        assertThat(served("tales@7").identity())
                .as("the same files, whatever their name")
                .isEqualTo(served("stories").identity());
        assertThat(last("stories", reference)).isInstanceOf(AnswerEvent.GenerationCompleted.class);

        publish(8, STORIES.resolve("nowhere"));
        await().until(() -> last("tales@8", reference) instanceof AnswerEvent.Failed failed
                && failed.message().startsWith("the model 'tales@8' was published, but cannot be served: ")
                && failed.message().contains("nowhere"));

        publish(9, STORIES);
        await().until(() -> last("tales@9", reference) instanceof AnswerEvent.GenerationCompleted);
        requester.ask(Topics.BATCH, new InferenceRequest.Describe("gone", "tales@8", null));
        assertThat(((AnswerEvent.Failed) requester.untilEnd("gone").getLast()).message())
                .startsWith("the model 'tales@8' ");
        assertThat(((AnswerEvent.Failed) last("tales@7", reference)).message())
                .isEqualTo("the model 'tales@7' is not served here; served: stories, tales@9");
        assertThat(get("/q/metrics").asString()).doesNotContain("tales@7");
    }

    private void publish(long step, Path path) {
        var event = new TrainingEvent.CheckpointCommitted(
                "tales", 1, Instant.ofEpochSecond(step), step, path.toString(), 9, null, true, null, true);
        broker.write(Topics.TRAINING_EVENTS.name(), "tales", MessageCodec.write(event), Map.of());
    }

    private AnswerEvent last(String model, StoriesReference.Case reference) {
        var id = UUID.randomUUID().toString();
        requester.ask(Topics.INTERACTIVE, generate(id, model, reference.promptIds(), 1));
        return requester.untilEnd(id).getLast();
    }

    @Test
    void stopTextsEndAChoice() throws IOException {
        var reference = StoriesReference.read().cases().getFirst();
        var options = new GenerationOptions(100, 1, Sampling.greedy(), List.of(" girl"), null, false, false);
        requester.ask(
                Topics.INTERACTIVE,
                new InferenceRequest.Generate("stop", "stories", TokenIds.of(reference.promptIds()), options, null));
        var events = requester.untilEnd("stop");

        var text = new StringBuilder();
        tokens(events).forEach(token -> text.append(token.text()));
        text.append(finished(events).text());
        assertThat(text).hasToString(", there was a little");
        assertThat(finished(events).reason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void metricsCountTokensAndRequests() {
        requester.ask(Topics.INTERACTIVE, generate("metrics", new int[] {430, 458}, 7));
        requester.untilEnd("metrics");

        await().untilAsserted(() -> {
            var metrics = get("/q/metrics").asString();
            assertThat(metrics)
                    .contains("mtj_num_requests_running{", "mtj_num_requests_waiting{", "mtj_kv_cache_usage_perc{")
                    .contains("mtj_time_to_first_token_seconds_bucket{", "mtj_inter_token_latency_seconds_bucket{")
                    .contains("mtj_e2e_request_latency_seconds_count{")
                    .containsPattern("mtj_generation_tokens_total\\{model_name=\"stories\"} [1-9]")
                    .containsPattern("mtj_prompt_tokens_total\\{model_name=\"stories\"} [1-9]")
                    .containsPattern(
                            "mtj_request_success_total\\{finished_reason=\"length\",model_name=\"stories\"} [1-9]");
        });
    }

    private static InferenceRequest generate(String id, int[] prompt, int maxTokens) {
        return generate(id, "stories", prompt, maxTokens);
    }

    private static InferenceRequest generate(String id, String model, int[] prompt, int maxTokens) {
        return new InferenceRequest.Generate(
                id, model, TokenIds.of(prompt), GenerationOptions.of(maxTokens, Sampling.greedy()), null);
    }

    private static List<AnswerEvent.TokenGenerated> tokens(List<AnswerEvent> events) {
        return events.stream()
                .filter(AnswerEvent.TokenGenerated.class::isInstance)
                .map(AnswerEvent.TokenGenerated.class::cast)
                .toList();
    }

    private static AnswerEvent.ChoiceFinished finished(List<AnswerEvent> events) {
        return events.stream()
                .filter(AnswerEvent.ChoiceFinished.class::isInstance)
                .map(AnswerEvent.ChoiceFinished.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
