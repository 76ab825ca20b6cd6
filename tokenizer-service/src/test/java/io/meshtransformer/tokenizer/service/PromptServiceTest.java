package io.meshtransformer.tokenizer.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.Headers;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.ModelDescription;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.InjectBroker;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.SuiteResource;
import io.meshtransformer.testkit.TopicReader;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The whole service between real topics. */
@QuarkusTest
@WithTestResource(SuiteResource.class)
class PromptServiceTest {
    private static final Map<String, String> REPLY =
            Map.of(Headers.REPLY_TOPIC, Topics.ANSWERS.name(), Headers.REPLY_PARTITION, "11");

    @InjectBroker
    Broker broker;

    @Test
    void aPromptGoesOnAsIdsWithTheAddressOfItsAnswers() throws MalformedMessageException {
        try (var onward = broker.readNew(Topics.INTERACTIVE.name())) {
            var options = GenerationOptions.of(20, Sampling.seeded(0.7, 5));
            var id = send(new PromptRequest.Complete(
                    newId(), "stories", null, Prompt.ofText("Once upon a time"), options, null));

            var record = find(onward, id);
            assertThat(MessageCodec.read(record.value(), InferenceRequest.class))
                    .isEqualTo(new InferenceRequest.Generate(
                            id, "stories", TokenIds.of(ids("Once upon a time")), options, null));
            assertThat(header(record, Headers.REPLY_TOPIC)).isEqualTo("inference.answers");
            assertThat(header(record, Headers.REPLY_PARTITION)).isEqualTo("11");
            assertThat(header(record, Headers.TYPE)).isEqualTo(Topics.INTERACTIVE.eventType());
            assertThat(header(record, Headers.ID)).isEqualTo(id);
        }
    }

    @Test
    void batchWorkGoesToItsOwnTopic() throws MalformedMessageException {
        try (var onward = broker.readNew(Topics.BATCH.name())) {
            var id = send(new PromptRequest.Score(
                    newId(),
                    "stories",
                    Priority.BATCH,
                    Prompt.ofText("The cat "),
                    List.of(Prompt.ofText("sat"), Prompt.ofText("ran")),
                    null));

            var request = MessageCodec.read(find(onward, id).value(), InferenceRequest.class);
            assertThat(request).isInstanceOfSatisfying(InferenceRequest.Score.class, score -> {
                assertThat(score.contextIds()).isEqualTo(TokenIds.of(ids("The cat")));
                assertThat(score.continuations()).containsExactly(TokenIds.of(ids(" sat")), TokenIds.of(ids(" ran")));
            });
        }
    }

    @Test
    void textsIdsAndModelsAreAnsweredFromHere() throws MalformedMessageException {
        try (var answers = broker.readNew(Topics.ANSWERS.name())) {
            var tokenized = send(new PromptRequest.Tokenize(newId(), "stories", "Once upon", false));
            assertThat(answer(answers, tokenized))
                    .isEqualTo(new AnswerEvent.Tokenized(tokenized, TokenIds.of(ids("Once upon"))));

            var detokenized = send(new PromptRequest.Detokenize(newId(), "stories", TokenIds.of(ids("🙂 ok"))));
            assertThat(answer(answers, detokenized)).isEqualTo(new AnswerEvent.Detokenized(detokenized, "🙂 ok"));

            var described = send(new PromptRequest.DescribeModels(newId()));
            assertThat(models(answer(answers, described)).getFirst())
                    .isEqualTo(TestModels.stories().description());
        }
    }

    @Test
    void publishedCheckpointsAreModelsToo() throws MalformedMessageException {
        publish("tales", 500, 1, TestModels.storiesDirectory());
        publish("tales", 1000, 2, TestModels.storiesDirectory().resolve("nowhere"));
        publish("tales", 1500, 3, TestModels.storiesDirectory());
        publish("tales", 250, 0, TestModels.storiesDirectory());
        try (var answers = broker.readNew(Topics.ANSWERS.name());
                var onward = broker.readNew(Topics.INTERACTIVE.name())) {
            Patience.await().untilAsserted(() -> assertThat(
                            models(answer(answers, send(new PromptRequest.DescribeModels(newId())))))
                    .extracting(ModelDescription::id)
                    .as("the newest two that were published, but for the one that can't be read")
                    .containsExactly("stories", "tales@1500"));

            var id = send(new PromptRequest.Complete(
                    newId(),
                    "tales@1500",
                    null,
                    Prompt.ofText("Once upon a time"),
                    GenerationOptions.of(20, Sampling.greedy()),
                    null));
            var request = MessageCodec.read(find(onward, id).value(), InferenceRequest.class);
            assertThat(request.model()).isEqualTo("tales@1500");

            var old = send(new PromptRequest.Tokenize(newId(), "tales@500", "Once", false));
            assertThat(((AnswerEvent.Failed) answer(answers, old)).message())
                    .isEqualTo("the model 'tales@500' is not served here; served: stories, tales@1500");
        }
    }

    private void publish(String run, long step, long second, Path path) {
        var event = new TrainingEvent.CheckpointCommitted(
                run, 1, Instant.ofEpochSecond(second), step, path.toString(), 9, null, true, null, true);
        broker.write(Topics.TRAINING_EVENTS.name(), run, MessageCodec.write(event), Map.of());
    }

    private static List<ModelDescription> models(AnswerEvent answer) {
        return ((AnswerEvent.ModelsDescribed) answer).models();
    }

    @Test
    void aPromptThatCannotBeServedIsAnsweredWithTheReason() throws MalformedMessageException {
        try (var answers = broker.readNew(Topics.ANSWERS.name())) {
            var id = send(new PromptRequest.Complete(
                    newId(),
                    "stories",
                    null,
                    Prompt.ofText("Once upon a time"),
                    GenerationOptions.of(300, Sampling.greedy()),
                    null));
            assertThat(answer(answers, id))
                    .isEqualTo(new AnswerEvent.Failed(
                            id,
                            FailureCode.CONTEXT_LENGTH_EXCEEDED,
                            "the prompt's 4 tokens and 'max_tokens' 300 make 304, the model's context holds 256",
                            "prompt"));
        }
    }

    @Test
    void theLargestPromptsAreAnsweredAsWell() throws MalformedMessageException {
        try (var answers = broker.readNew(Topics.ANSWERS.name())) {
            var options = GenerationOptions.of(1, Sampling.greedy());
            var text = send(new PromptRequest.Complete(
                    newId(), "stories", null, Prompt.ofText(" ".repeat(8_000_000)), options, null));
            var ids = send(new PromptRequest.Complete(
                    newId(), "stories", null, Prompt.ofIds(new int[3_900_000]), options, null));
            var failures = new HashSet<String>();
            for (var record : answers.next(2)) {
                var event = MessageCodec.read(record.value(), AnswerBatch.class)
                        .events()
                        .getFirst();
                assertThat(event).isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> assertThat(failed.code())
                        .isEqualTo(FailureCode.CONTEXT_LENGTH_EXCEEDED));
                failures.add(event.requestId());
            }
            assertThat(failures).containsExactlyInAnyOrder(text, ids);
        }
    }

    @Test
    void halfACharacterInARecordIsRefused() throws MalformedMessageException {
        try (var answers = broker.readNew(Topics.ANSWERS.name())) {
            var id = newId();
            write(
                    id,
                    "{\"type\":\"tokenize\",\"requestId\":\"%s\",\"model\":\"stories\",\"text\":\"a\\ud83d\",\"addSpecialTokens\":false}"
                            .formatted(id)
                            .getBytes(UTF_8));
            assertThat(answer(answers, id))
                    .isEqualTo(new AnswerEvent.Failed(
                            id,
                            FailureCode.INVALID_REQUEST,
                            "'prompt': the text has a lone surrogate, U+D83D, at index 1",
                            "prompt"));
        }
    }

    @Test
    void aRecordThatIsNoRequestIsPutAsideAndAnswered() throws MalformedMessageException {
        try (var answers = broker.readNew(Topics.ANSWERS.name());
                var letters = broker.readNew(Topics.PROMPTS.deadLetters().name())) {
            var id = newId();
            write(id, "{\"type\":\"sing\"}".getBytes(UTF_8));
            assertThat(answer(answers, id))
                    .isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> assertThat(failed.code())
                            .isEqualTo(FailureCode.INVALID_REQUEST));
            assertThat(find(letters, id).value()).isEqualTo("{\"type\":\"sing\"}".getBytes(UTF_8));
        }
    }

    @Test
    void ofManyPromptsEachGoesOnOnceAndIsCommitted() throws MalformedMessageException {
        var prompts = new TopicPartition(Topics.PROMPTS.name(), 5);
        try (var onward = broker.readNew(Topics.INTERACTIVE.name())) {
            var waiting = new HashSet<String>();
            var end = 0L;
            for (var i = 0; i < 300; i++) {
                var request = new PromptRequest.Complete(
                        newId(),
                        "stories",
                        null,
                        Prompt.ofText("Story number " + i),
                        GenerationOptions.of(5, Sampling.greedy()),
                        null);
                waiting.add(request.requestId());
                end = broker.write(prompts, request.requestId(), MessageCodec.write(request), REPLY)
                                .offset()
                        + 1;
            }
            while (!waiting.isEmpty()) {
                var record = onward.next(1).getFirst();
                assertThat(waiting.remove(record.key()))
                        .as("a request of this test, once")
                        .isTrue();
            }
            var committed = end;
            Patience.await().until(() -> broker.committed("tokenizer-service", prompts)
                    .filter(offset -> offset == committed)
                    .isPresent());
        }
    }

    @Test
    void healthAndMetricsTellWhatGoesOn() throws MalformedMessageException {
        try (var answers = broker.readNew(Topics.ANSWERS.name())) {
            answer(answers, send(new PromptRequest.Tokenize(newId(), "stories", "Once upon", false)));
        }
        RestAssured.get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
        RestAssured.get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
        Patience.await().untilAsserted(() -> RestAssured.get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("mtj_tokenizer_requests_total{kind=\"tokenize\",outcome=\"answered\"}"))
                .body(containsString("mtj_tokenizer_tokens_total{kind=\"tokenize\"}"))
                .body(containsString("mtj_tokenizer_request_duration_seconds_count{kind=\"tokenize\"}"))
                .body(containsString("mtj_tokenizer_requests_running")));
    }

    private String send(PromptRequest request) {
        write(request.requestId(), MessageCodec.write(request));
        return request.requestId();
    }

    private void write(String id, byte[] value) {
        broker.write(Topics.PROMPTS.name(), id, value, REPLY);
    }

    private static String newId() {
        return "test-" + UUID.randomUUID();
    }

    private static int[] ids(String text) {
        return TestModels.stories().tokenizer().orElseThrow().encode(text);
    }

    private static ConsumerRecord<String, byte[]> find(TopicReader reader, String id) {
        return reader.until(record -> id.equals(record.key()), "a record of " + id)
                .getLast();
    }

    private static AnswerEvent answer(TopicReader answers, String id) throws MalformedMessageException {
        var record = find(answers, id);
        assertThat(record.partition()).isEqualTo(11);
        return MessageCodec.read(record.value(), AnswerBatch.class).events().getFirst();
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
