package io.meshtransformer.local.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.testkit.Patience;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How long somebody waits for the first token while an evaluation takes all that is left of the engine, in turns with the
 * same without. {@code -Dmtj.turns} gives more turns than a build has time for; the bound here is wide, for machines that
 * do other things as well.
 */
@Tag("alone")
class InteractiveDuringEvaluationIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TURNS = Integer.getInteger("mtj.turns", 2);
    private static final int WARM_UP = 20;
    private static final int FEWEST = 5;
    private static final double BOUND = 4;

    private static RunningSuite suite;

    private final List<Double> without = new ArrayList<>();
    private final List<Double> with = new ArrayList<>();
    private int asked;

    @BeforeAll
    static void start() throws Exception {
        suite = RunningSuite.start("interactive-during-evaluation");
    }

    @AfterAll
    static void stop() throws Exception {
        if (suite != null) {
            suite.close();
        }
    }

    @Test
    void theFirstTokenOfAStreamComesNearlyAsSoon() throws Exception {
        for (var i = 0; i < WARM_UP; i++) {
            millisecondsToFirstToken();
        }
        // The first turn is the virtual machines'.
        for (var turn = 0; turn <= TURNS; turn++) {
            if (turn == 1) {
                with.clear();
                without.clear();
            }
            var name = evaluate(turn);
            Patience.await().until(() -> get(name).path("done").asLong() > 0);
            var during = new ArrayList<Double>();
            while (get(name).path("state").asText().equals("running")) {
                during.add(millisecondsToFirstToken());
            }
            assertThat(get(name).path("state").asText()).isEqualTo("finished");
            // It may have ended before the last one's first token.
            during.removeLast();
            with.addAll(during);
            for (var i = 0; i < during.size(); i++) {
                get(name);
                without.add(millisecondsToFirstToken());
            }
        }

        assertThat(with).hasSizeGreaterThan(FEWEST * TURNS);
        System.out.printf(
                "time to first token, %d turns: median %.1f ms without an evaluation (%d streams), %.1f ms with one (%d), ratio %.2f;"
                        + " 90 of 100 within %.1f and %.1f ms%n",
                TURNS,
                quantile(without, 0.5),
                without.size(),
                quantile(with, 0.5),
                with.size(),
                quantile(with, 0.5) / quantile(without, 0.5),
                quantile(without, 0.9),
                quantile(with, 0.9));
        assertThat(quantile(with, 0.5) / quantile(without, 0.5)).isLessThan(BOUND);
    }

    /** Other examples before each document make other requests, so that each turn has to ask. */
    private static String evaluate(int turn) throws Exception {
        var settings = JSON.createObjectNode().put("model", "stories").put("few_shot", 3);
        settings.put("few_shot_seed", turn).putArray("tasks").add("lambada_openai");
        settings.putArray("protocols").add("harness").add("mtj-2021");
        var answer = suite.completions()
                .post("/v1/evaluations", JSON.writeValueAsString(settings).getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return JSON.readTree(answer.body()).path("name").asText();
    }

    private static JsonNode get(String evaluation) throws Exception {
        return JSON.readTree(
                suite.completions().get("/v1/evaluations/" + evaluation).body());
    }

    private double millisecondsToFirstToken() throws Exception {
        var first = new AtomicLong();
        var start = System.nanoTime();
        suite.completions().stream(request(), seen -> {
            if (seen > 0) {
                first.compareAndSet(0, System.nanoTime());
            }
        });
        return (first.get() - start) / 1e6;
    }

    private ObjectNode request() {
        return Completions.request("stories")
                .put("prompt", "Once upon a time there was a dog named Number " + asked++)
                .put("max_tokens", 4)
                .put("temperature", 0);
    }

    private static double quantile(List<Double> values, double share) {
        return values.stream().sorted().toList().get((int) (share * values.size()));
    }
}
