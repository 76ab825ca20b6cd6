package io.meshtransformer.local.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.training.ModelState;
import io.meshtransformer.testkit.StateAtStep;
import io.meshtransformer.training.checkpoint.CheckpointInfo;
import io.meshtransformer.training.checkpoint.CheckpointStore;
import io.meshtransformer.training.checkpoint.CommittedCheckpoint;
import io.meshtransformer.training.checkpoint.RetentionRule;
import io.meshtransformer.training.checkpoint.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** A committed checkpoint is served by its name, and a published one beside it, without a restart. */
class PublishedCheckpointIT {
    private static final Path STORIES = Path.of(System.getProperty("mtj.root"), "models", "stories");

    @Test
    void aCheckpointIsServedAndAnotherJoinsItWhenItIsPublished() throws Exception {
        var home = Files.createTempDirectory("mtj-published");
        var seventh = commit(home, 7);
        var eighth = commit(home, 8);
        var ninth = commit(home, 9);
        var suite = RunningSuite.start("published", home, "--model", "tales@7");
        try (var client = Executors.newSingleThreadExecutor()) {
            assertThat(models(suite)).containsExactly("tales@7");
            var before = suite.completions().complete(greedy("tales@7"));
            var stream = client.submit(() -> suite.completions().stream(
                    Completions.request("tales@7").put("prompt", "Once").put("max_tokens", 250)));

            publish(suite, eighth);
            await().atMost(Duration.ofSeconds(60)).until(() -> models(suite).contains("tales@8"));

            assertThat(suite.completions().complete(greedy("tales@8")).at("/choices"))
                    .isEqualTo(before.at("/choices"));
            assertThat(suite.completions().complete(greedy("tales@7")).at("/choices"))
                    .isEqualTo(before.at("/choices"));
            assertThat(stream.get().finishReason()).isNotNull();

            // What is served already may be published too.
            publish(suite, seventh);
            publish(suite, ninth);
            await().atMost(Duration.ofSeconds(60)).until(() -> models(suite).contains("tales@9"));
            assertThat(suite.completions().complete(greedy("tales@9")).at("/choices"))
                    .isEqualTo(before.at("/choices"));
            assertThat(suite.completions().complete(greedy("tales@7")).at("/choices"))
                    .isEqualTo(before.at("/choices"));
        } finally {
            suite.close();
        }
    }

    private static CommittedCheckpoint commit(Path home, long step) throws IOException {
        var checkpoints = home.resolve("runs/tales/checkpoints");
        var nothing = JsonNodeFactory.instance.objectNode();
        try (var state = new StateAtStep(new ModelState(Checkpoint.open(STORIES)), step);
                var model = Checkpoint.open(STORIES);
                var store = CheckpointStore.open(checkpoints, RetentionRule.DEFAULT, InstantSource.system())) {
            var info = new CheckpointInfo(
                    model.config(), TokenizerFiles.at(STORIES), nothing, nothing, OptionalDouble.empty());
            return store.commit(state, info);
        }
    }

    private static ObjectNode greedy(String model) {
        return Completions.request(model)
                .put("prompt", "Once upon a time")
                .put("max_tokens", 40)
                .put("temperature", 0);
    }

    private static List<String> models(RunningSuite suite) throws Exception {
        var answer = new ObjectMapper()
                .readTree(suite.completions().get("/v1/models").body());
        return answer.path("data").findValuesAsText("id");
    }

    private static void publish(RunningSuite suite, CommittedCheckpoint checkpoint) throws Exception {
        var event = new TrainingEvent.CheckpointCommitted(
                "tales",
                1,
                Instant.now(),
                checkpoint.step(),
                checkpoint.directory().toString(),
                checkpoint.manifest().bytes(),
                null,
                true,
                null,
                true);
        var broker = "127.0.0.1:" + suite.mtj().status("kafka").get("port").asInt();
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.TRAINING_EVENTS.name(), "tales", MessageCodec.write(event)))
                    .get();
        }
    }
}
