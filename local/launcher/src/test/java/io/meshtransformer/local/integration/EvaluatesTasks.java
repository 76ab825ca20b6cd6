package io.meshtransformer.local.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Evaluates the demo model on the excerpts that come with the software, with the commands of the README. The figures are
 * those of lm-evaluation-harness 0.4.13 (transformers, float32, max_length 256) on the same documents.
 */
@TestMethodOrder(OrderAnnotation.class)
abstract class EvaluatesTasks {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double PERPLEXITY = 39646477.298420064;
    private static final double PERPLEXITY_ERROR = 257159757.43523118;
    /** Of log-probabilities in float32 that are added in another order. */
    private static final double RELATIVE = 1e-3;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RunningSuite suite = OneSuiteIT.suite();

    @TempDir
    private static Path work;

    @Test
    @Order(1)
    void theTableIsTheHarnesss() throws Exception {
        var out = eval("--model", "stories", "--tasks", "lambada_openai,piqa", "--limit", "100", "--name", "first");

        assertThat(out.lines().findFirst()).hasValue("first   " + suite.url() + "/evaluations/#/evaluations/first");
        assertThat(out)
                .contains("stories on vector, fp32, model ", "100/100 documents", "finished in ")
                .containsPattern("TASK +VERSION +PROTOCOL +FEW-SHOT +N +METRIC +VALUE +STDERR")
                .containsPattern(
                        "lambada_openai +1(\\.0)? +harness +0 +50 +perplexity ↓ +3964[0-9]{4}\\.[0-9]{4} ± 257")
                .containsPattern(" acc ↑ +0\\.0000 ± 0\\.0000")
                .containsPattern("piqa +1(\\.0)? +harness +0 +50 +acc ↑ +0\\.5000 ± 0\\.0714")
                .containsPattern(" acc_norm ↑ +0\\.4400 ± 0\\.0709")
                .contains("Of lambada_openai, piqa an excerpt that comes with the software");
    }

    @Test
    @Order(2)
    void aSecondRunAsksTheModelNothing() throws Exception {
        var json =
                JSON.readTree(eval("--model", "stories", "--tasks", "lambada_openai,piqa", "--limit", "100", "--json"));

        assertThat(json.path("asked").asLong()).isZero();
        assertThat(json.path("reused").asLong()).isEqualTo(100);
        var perplexity = metric(json, "lambada_openai", "perplexity");
        assertThat(perplexity.path("value").asDouble()).isCloseTo(PERPLEXITY, within(PERPLEXITY * RELATIVE));
        assertThat(perplexity.path("standard_error").asDouble())
                .isCloseTo(PERPLEXITY_ERROR, within(PERPLEXITY_ERROR * RELATIVE));
        assertThat(metric(json, "piqa", "acc_norm").path("standard_error").asDouble())
                .isCloseTo(0.07091242083423345, within(1e-12));
    }

    @Test
    @Order(3)
    void itIsListedShownRebuiltAndItsReceiptHolds() throws Exception {
        assertThat(eval("list")).containsPattern("first +finished +100/100  stories +.* lambada_openai, piqa");
        assertThat(eval("show", "first")).contains("first   finished   100 of 100 documents", "100 asked");
        assertThat(eval("rebuild", "first")).contains("gives the same bytes");

        var receipt = work.resolve("receipt.json");
        Files.writeString(receipt, eval("receipt", "first"));
        assertThat(eval("verify", receipt.toString(), "--sample", "3"))
                .contains(receipt + " holds: 6 documents asked again");
    }

    @Test
    @Order(4)
    void aRecordAndARequestOverHttpAreAsGoodAsTheCommand() throws Exception {
        send("third", """
                {"type": "evaluate", "requestId": "third", "model": "stories", "tasks": ["lambada_openai", "piqa"], "limit": 100}""");
        var second = HttpRequest.newBuilder(URI.create(suite.url() + "/v1/evaluations"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("""
                        {"name": "second", "model": "stories", "tasks": ["lambada_openai", "piqa"], "limit": 100}"""));
        assertThat(http(second).path("name").asText()).isEqualTo("second");

        for (var name : List.of("second", "third")) {
            await().atMost(PATIENCE).until(() -> state(name).equals("finished"));
            assertThat(eval("follow", name)).contains("100 answered before").containsPattern(" acc_norm ↑ +0\\.4400 ");
        }
    }

    private void send(String key, String record) throws Exception {
        var broker = "127.0.0.1:" + suite.mtj().status("kafka").get("port").asInt();
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("evaluation.requests", key, record))
                    .get();
        }
    }

    private String state(String evaluation) throws Exception {
        return http(HttpRequest.newBuilder(URI.create(suite.url() + "/v1/evaluations/" + evaluation)))
                .path("state")
                .asText();
    }

    private static JsonNode http(HttpRequest.Builder request) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return JSON.readTree(
                    client.send(request.build(), BodyHandlers.ofString()).body());
        }
    }

    @Test
    @Order(5)
    void whatCannotBeEvaluatedIsOneSentence() throws Exception {
        var unknown = suite.mtj().run("eval", "--tasks", "piqua");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).startsWith("mtj: ").contains("piqua").hasLineCount(1);

        var missing = suite.mtj().run("eval", "--tasks", "sciq");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).startsWith("mtj: ").contains("sciq").hasLineCount(1);
    }

    private static JsonNode metric(JsonNode evaluation, String task, String name) {
        for (var result : evaluation.path("results")) {
            for (var metric : result.path("metrics")) {
                if (result.path("task").asText().equals(task)
                        && metric.path("name").asText().equals(name)) {
                    return metric;
                }
            }
        }
        throw new AssertionError("no " + name + " of " + task + " in " + evaluation);
    }

    private String eval(String... arguments) throws Exception {
        var line = new String[arguments.length + 1];
        line[0] = "eval";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        return suite.mtj().run(line).succeeded().out();
    }
}
