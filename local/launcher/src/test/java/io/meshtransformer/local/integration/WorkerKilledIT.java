package io.meshtransformer.local.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.random.RandomModel;
import io.meshtransformer.gptj.safetensors.DataType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of inference-service in the middle of a stream, with real processes, on a model of 100 M parameters that
 * is slow enough for the kill to come in the middle.
 */
@Tag("alone")
class WorkerKilledIT {
    private static final GptjConfig ABOUT_100_MILLION_PARAMETERS =
            new GptjConfig(8_192, 1_024, 768, 12, 12, 32, 3_072, 1e-5f, 0, 0);
    private static final int TOKENS = 64;
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    @TempDir
    private static Path models;

    private static RunningSuite suite;

    @BeforeAll
    static void start() throws Exception {
        var model = models.resolve("random-100m");
        RandomModel.write(model, ABOUT_100_MILLION_PARAMETERS, DataType.BF16, 42);
        suite = RunningSuite.start("worker-killed", "--model", model.toString());
    }

    @AfterAll
    static void stop() throws Exception {
        if (suite != null) {
            suite.close();
        }
    }

    @RepeatedTest(10)
    void theStreamGoesOnWithTheSameTokens(RepetitionInfo repetition) throws Exception {
        var seed = repetition.getCurrentRepetition();
        var unbroken = suite.completions().stream(request(seed));
        assertThat(unbroken.tokenIds()).hasSize(TOKENS);
        var worker = suite.mtj().status("inference-service").get("pid").asLong();
        // Early, in the middle, late: a tenth of the stream later in each repetition.
        var killAfter = Math.max(1, TOKENS * (repetition.getCurrentRepetition() - 1) / 10);
        var seenAtKill = new AtomicInteger();

        var broken = suite.completions().stream(request(seed), seen -> {
            if (seen >= killAfter && seenAtKill.compareAndSet(0, seen)) {
                ProcessHandle.of(worker).orElseThrow().destroyForcibly();
            }
        });

        assertThat(seenAtKill.get())
                .as("tokens seen when the worker was killed")
                .isBetween(1, TOKENS - 1);
        assertThat(suite.mtj().status("inference-service").get("pid").asLong())
                .as("another process serves")
                .isNotEqualTo(worker);
        assertThat(broken.tokenIds()).isEqualTo(unbroken.tokenIds());
        assertThat(broken.finishReason()).isEqualTo(unbroken.finishReason());
        assertThat(broken.longestSilence()).isLessThanOrEqualTo(LONGEST_SILENCE);
        System.out.printf(
                "kill %d: after %d of %d tokens, longest silence %.1f s%n",
                seed, seenAtKill.get(), TOKENS, broken.longestSilence().toMillis() / 1e3);
    }

    private static ObjectNode request(int seed) {
        var request = Completions.request("random-100m")
                .put("max_tokens", TOKENS)
                .put("seed", seed)
                .put("temperature", 0.9)
                .put("ignore_eos", true);
        request.putArray("prompt").add(17).add(4_242).add(8_000).add(seed);
        return request;
    }
}
