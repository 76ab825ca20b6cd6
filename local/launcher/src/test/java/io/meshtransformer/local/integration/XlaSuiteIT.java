package io.meshtransformer.local.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A suite on XLA, its model cut over eight devices of the CPU plugin; skipped where that cannot be had. */
class XlaSuiteIT {
    private static RunningSuite suite;

    @BeforeAll
    static void start() throws Exception {
        var home = Files.createTempDirectory("mtj-plugin");
        var installed = Mtj.on(home).run("plugin", "install", "cpu");
        Files.delete(home);
        if (installed.exitCode() != 0) {
            System.err.println("SKIPPED: no suite runs on XLA, " + installed.err());
            abort(installed.err());
        }
        suite = RunningSuite.start("xla", "--engine", "xla", "--plugin", "cpu", "--mp", "8");
    }

    @AfterAll
    static void stop() throws Exception {
        if (suite != null) {
            suite.close();
        }
    }

    @Test
    void greedyTokensAreThoseOfHuggingFace() throws Exception {
        var reference = new ObjectMapper()
                .readTree(
                        Mtj.ROOT.resolve("models/stories/greedy_reference.json").toFile());
        for (var expected : reference.get("cases")) {
            var ids = ids(expected.get("greedy_ids"));
            var request = Completions.request("stories")
                    .put("prompt", expected.get("prompt").asText())
                    .put("max_tokens", ids.size())
                    .put("temperature", 0);

            assertThat(suite.completions().stream(request).tokenIds())
                    .as(expected.get("prompt").asText())
                    .isEqualTo(ids);
        }
    }

    @Test
    void aStreamWhoseWorkerIsKilledGoesOnWithTheSameTokens() throws Exception {
        var unbroken = suite.completions().stream(story());
        var worker = suite.mtj().status("inference-service").get("pid").asLong();
        var killed = new AtomicBoolean();

        var broken = suite.completions().stream(story(), seen -> {
            if (seen >= 10 && killed.compareAndSet(false, true)) {
                ProcessHandle.of(worker).orElseThrow().destroyForcibly();
            }
        });

        assertThat(killed).isTrue();
        assertThat(broken.tokenIds()).isEqualTo(unbroken.tokenIds());
    }

    private static ObjectNode story() {
        return Completions.request("stories")
                .put("prompt", "Once upon a time")
                .put("max_tokens", 200)
                .put("seed", 7)
                .put("ignore_eos", true);
    }

    private static List<Integer> ids(JsonNode array) {
        var ids = new ArrayList<Integer>();
        array.forEach(id -> ids.add(id.asInt()));
        return ids;
    }
}
