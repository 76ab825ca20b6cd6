package io.meshtransformer.local.integration;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * From a text to a served checkpoint with the commands of the README, on the CPU plugin; skipped where that cannot be
 * had.
 */
abstract class TrainsAndServes {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STEPS = 400;

    private static RunningSuite suite;
    private static Path work;

    @BeforeAll
    static void start() throws Exception {
        work = Files.createTempDirectory("mtj-training-work");
        var installed = Mtj.on(work).run("plugin", "install", "cpu");
        if (installed.exitCode() != 0) {
            System.err.println("SKIPPED: nothing is trained, " + installed.err());
            abort(installed.err());
        }
        suite = OneSuiteIT.suite();
        Files.writeString(work.resolve("text.txt"), text());
        suite.mtj()
                .run(
                        "data",
                        "prepare",
                        work.resolve("text.txt").toString(),
                        "--tokenizer",
                        model(),
                        "--sequence",
                        "32",
                        "--validation",
                        "5%",
                        "--documents",
                        "lines",
                        "--out",
                        data())
                .succeeded();
        var config = (ObjectNode) JSON.readTree(Path.of(model(), "config.json").toFile());
        config.put("n_embd", 32)
                .put("n_layer", 2)
                .put("n_head", 2)
                .put("rotary_dim", 8)
                .put("n_positions", 32);
        JSON.writeValue(work.resolve("config.json").toFile(), config);
    }

    /** Of everything there is to read in the repository: its pages, line by line. */
    private static String text() throws IOException {
        var text = new StringBuilder();
        try (var files = Files.walk(Mtj.ROOT.resolve("libs"), 2)) {
            for (var file :
                    files.filter(path -> path.endsWith("README.md")).sorted().toList()) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }

    @Test
    void whateverIsKilledTheCurveIsTheUnbrokenOnesAndTheCheckpointIsServed() throws Exception {
        var unbroken = suite.mtj().run("train", yaml("unbroken").toString()).succeeded();
        assertThat(unbroken.out() + unbroken.err()).contains(Integer.toString(STEPS));

        suite.mtj().run("train", yaml("broken").toString(), "--detach").succeeded();
        awaitStep("broken", 30);
        kill(worker("broken"));
        awaitStep("broken", 60);
        var first = service();
        kill(first);
        awaitStep("broken", 70);
        // Steps take milliseconds: the run would be over before there is another control plane.
        var frozen = worker("broken");
        signal("STOP", frozen);
        var second = serviceAfter(first);
        signal("CONT", frozen);
        awaitStep("broken", 90);
        kill(second);
        kill(worker("broken"));
        suite.mtj().run("train", yaml("broken").toString()).succeeded();
        assertThat(curve("broken")).isEqualTo(curve("unbroken"));

        var shown = suite.mtj().run("runs", "show", "broken").succeeded().out();
        assertThat(shown).contains("finished").contains(Integer.toString(STEPS));

        // The control plane was killed a moment ago and may still have to hear of the last checkpoint.
        await().atMost(60, SECONDS).untilAsserted(() -> publish("broken", STEPS));
        var name = "broken@" + STEPS;
        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(get("/v1/models").toString()).contains(name));
        var request = Completions.request(name)
                .put("prompt", "A program")
                .put("max_tokens", 5)
                .put("temperature", 0);
        assertThat(suite.completions().stream(request).tokenIds()).hasSize(5);
    }

    @Test
    void mistakesAreNamedBeforeAnythingRuns() throws Exception {
        var mistaken = Files.writeString(
                work.resolve("mistaken.yaml"),
                Files.readString(yaml("mistaken")).replace("steps:", "stepps:"));
        var refused = suite.mtj().run("train", mistaken.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("stepps is no key").contains("steps is missing");

        var uneven = Files.writeString(
                work.resolve("uneven.yaml"), Files.readString(yaml("uneven")).replace("mp: 1", "mp: 3"));
        var failed = suite.mtj().run("train", uneven.toString());
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out() + failed.err()).contains("mp is 3, it must divide the model's 2 attention heads");
    }

    private static Path yaml(String name) throws IOException {
        return Files.writeString(work.resolve(name + ".yaml"), """
                name: %s
                model: {config: %s}
                tokenizer: %s
                data:
                  train: %s
                  validation: {held_out: %s/validation}
                batch: 8
                sequence: 32
                steps: %d
                learning_rate: {warmup_steps: 10, anneal_steps: 150, peak: 3e-3, end: 3e-4}
                devices: {plugin: cpu, dp: 1, mp: 1, compute: fp32}
                validate: {every: 40}
                checkpoints: {every: 10, keep_last: 2}
                """.formatted(
                        name, work.resolve("config.json"), model(), data(), data(), STEPS));
    }

    private static String model() {
        return Mtj.ROOT.resolve("models/stories").toString();
    }

    private static String data() {
        return work.resolve("data").toString();
    }

    private static void awaitStep(String run, int step) {
        await().atMost(150, SECONDS).until(() -> curve(run).size() >= step);
    }

    /** Process of the newest worker. */
    private static long worker(String run) throws IOException {
        try (var attempts = Files.list(folder(run).resolve("workers"))) {
            var newest = attempts.map(path -> path.resolve("process"))
                    .filter(Files::exists)
                    .max(Comparator.comparingInt(path ->
                            Integer.parseInt(path.getParent().getFileName().toString())))
                    .orElseThrow();
            return Long.parseLong(Files.readString(newest).strip().split("\\s+")[0]);
        }
    }

    private static long service() throws Exception {
        return suite.mtj().status("training-service").path("pid").asLong();
    }

    /** The process that takes the place of the one that was killed. */
    private static long serviceAfter(long killed) {
        return await().pollInterval(500, MILLISECONDS)
                .atMost(60, SECONDS)
                .until(TrainsAndServes::service, pid -> pid > 0 && pid != killed);
    }

    private static void signal(String name, long pid) throws Exception {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    private static Path folder(String run) {
        return suite.mtj().home().resolve("runs").resolve(run);
    }

    /** Lines of the curve without what clocks say. */
    private static List<String> curve(String run) throws IOException {
        var file = folder(run).resolve("steps.jsonl");
        var lines = new ArrayList<String>();
        if (Files.exists(file)) {
            for (var line : Files.readAllLines(file)) {
                if (JSON.readTree(line) instanceof ObjectNode json) {
                    json.remove(List.of("seconds", "tokens_per_second", "mfu", "hfu"));
                    lines.add(json.toString());
                }
            }
        }
        return lines;
    }

    private static void publish(String run, int step) throws Exception {
        var path = "/v1/training/runs/" + run + "/checkpoints/" + step + "/publish";
        send(HttpRequest.newBuilder(URI.create(suite.url() + path)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private static JsonNode get(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(suite.url() + path)));
    }

    private static JsonNode send(HttpRequest.Builder request) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var response = client.send(request.build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
            return JSON.readTree(response.body());
        }
    }
}
