package io.meshtransformer.local.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** 64 clients at once, each with a prompt and a seed of its own. */
abstract class ServesManyStreams {
    private static final int STREAMS = 64;
    private static final int TOKENS = 48;
    private static final String[] BEGINNINGS = {
        "Once upon a time",
        "Tom had a red ball.",
        "The little dog",
        "Lily and her mom",
        "One day, a bird",
        "In the park"
    };

    private final RunningSuite suite = OneSuiteIT.suite();

    @Test
    void allFinishAndNoneIsMixedUpWithAnother() throws Exception {
        var completions = suite.completions();
        var alone = new ArrayList<Completions.Stream>();
        for (var i = 0; i < STREAMS; i++) {
            alone.add(completions.stream(request(i)));
        }
        assertThat(alone.stream().map(Completions.Stream::text).distinct())
                .as("the streams differ, so that mixing up would show")
                .hasSize(STREAMS);

        try (var clients = Executors.newFixedThreadPool(STREAMS)) {
            var together = clients.invokeAll(IntStream.range(0, STREAMS)
                    .<Callable<Completions.Stream>>mapToObj(i -> () -> completions.stream(request(i)))
                    .toList());
            for (var i = 0; i < STREAMS; i++) {
                var stream = together.get(i).get();
                assertThat(stream.tokenIds()).isEqualTo(alone.get(i).tokenIds());
                assertThat(stream.text()).isEqualTo(alone.get(i).text());
                assertThat(stream.finishReason()).isEqualTo(alone.get(i).finishReason());
            }
        }
    }

    private static ObjectNode request(int i) {
        return Completions.request("stories")
                .put("prompt", BEGINNINGS[i % BEGINNINGS.length])
                .put("max_tokens", TOKENS)
                .put("seed", i)
                .put("temperature", 1.0);
    }
}
