package io.meshtransformer.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionChoice.FinishReason;
import com.openai.models.completions.CompletionCreateParams;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenAI's own Java client, which knows nothing of this project. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class StockClientTest {
    private static final int STREAMS = 64;

    @TestHTTPResource
    URI base;

    private OpenAIClient client;

    @BeforeEach
    void connect() {
        try (var gateway = new GatewayClient(base)) {
            gateway.awaitReady();
        }
        client = OpenAIOkHttpClient.builder()
                .baseUrl(base.resolve("/v1").toString())
                .apiKey("none")
                .maxRetries(0)
                .build();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void modelsAreListed() {
        assertThat(client.models().list().data())
                .extracting(model -> model.id())
                .contains("alphabet");
        assertThat(client.models().retrieve("alphabet").created()).isEqualTo(1_600_000_000);
    }

    @Test
    void aCompletionIsCreated() {
        var completion = client.completions()
                .create(params("Once").maxTokens(3).logprobs(1).echo(true).build());

        var choice = completion.choices().getFirst();
        assertThat(choice.text()).isEqualTo("Onceabc");
        assertThat(choice.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(choice.logprobs().orElseThrow().tokens().orElseThrow())
                .containsExactly("O", "n", "c", "e", "a", "b", "c");
        assertThat(completion.usage().orElseThrow().totalTokens()).isEqualTo(7);
    }

    @Test
    void aCompletionIsStreamed() {
        var chunks = streamed(params("Once").maxTokens(20).build());

        assertThat(chunks).hasSizeGreaterThan(20);
        assertThat(text(chunks)).isEqualTo("abcdefghijklmnopqrst");
        assertThat(chunks)
                .extracting(Completion::id)
                .containsOnly(chunks.getFirst().id());
    }

    @Test
    void manyStreamsAtOnceAllEndAndNoneIsMixedUp() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var streams = IntStream.range(0, STREAMS)
                    .mapToObj(i -> threads.submit(() -> text(streamed(
                            params("Stream " + i).maxTokens(30).echo(true).build()))))
                    .toList();
            for (int i = 0; i < STREAMS; i++) {
                assertThat(streams.get(i))
                        .succeedsWithin(Duration.ofSeconds(60))
                        .isEqualTo("Stream " + i + "abcdefghijklmnopqrstuvwxyzabcd");
            }
        }
    }

    @Test
    void refusalsAreTheClientsOwnExceptions() {
        assertThatThrownBy(() -> client.completions()
                        .create(params("Once").maxTokens(5000).build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("5000");
        assertThatThrownBy(() -> client.completions()
                        .create(params("Once").model("gpt-4").build()))
                .isInstanceOf(NotFoundException.class);
    }

    private static CompletionCreateParams.Builder params(String prompt) {
        return CompletionCreateParams.builder().model("alphabet").prompt(prompt);
    }

    private List<Completion> streamed(CompletionCreateParams params) {
        var chunks = new ArrayList<Completion>();
        try (var response = client.completions().createStreaming(params)) {
            response.stream().forEach(chunks::add);
        }
        return chunks;
    }

    private static String text(List<Completion> chunks) {
        return chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .map(choice -> choice.text())
                .collect(Collectors.joining());
    }
}
