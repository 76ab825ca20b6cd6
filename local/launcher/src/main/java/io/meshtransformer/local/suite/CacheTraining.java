package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.client.CompletionRequest;
import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.client.GatewayClient;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Runs a suite once, asks it a few things, and makes an {@link AotCache} of what each service did. */
public final class CacheTraining {
    private static final int STREAMS = 8;
    private static final int DOCUMENTS = 8;
    private static final long CREATE_SECONDS = 120;
    private static final Duration EVALUATION_PATIENCE = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(250);

    private final SuiteOptions options;
    private final PrintStream out;

    /** @param options on a home that is of no further use */
    public CacheTraining(SuiteOptions options, PrintStream out) {
        this.options = requireNonNull(options, "options is null").recording();
        this.out = requireNonNull(out, "out is null");
    }

    public void run() throws InterruptedException {
        List<ServiceDefinition> recorded;
        try (var suite = Suite.prepare(options, out, InstantSource.system())) {
            suite.start();
            exercise();
            evaluate();
            recorded = suite.definitions();
        }
        Background.await(CompletableFuture.allOf(recorded.stream()
                .map(definition -> Background.run("cache-" + definition.name(), () -> create(definition)))
                .toArray(CompletableFuture[]::new)));
    }

    /** What a user does first, several at once. */
    private void exercise() throws InterruptedException {
        Background.await(CompletableFuture.allOf(IntStream.range(0, STREAMS)
                .mapToObj(i -> Background.run("client-" + i, () -> complete(i)))
                .toArray(CompletableFuture[]::new)));
    }

    /** A few documents of what comes with the software; how they do is of no interest, nor whether it takes longer than that. */
    private void evaluate() throws InterruptedException {
        var client = new EvaluationClient(options.url());
        var settings = new ObjectMapper()
                .createObjectNode()
                .put("model", options.model().name());
        settings.put("limit", DOCUMENTS).putArray("tasks").add("lambada_openai").add("piqa");
        var name = client.submit(settings).path("name").asText();
        var end = System.nanoTime() + EVALUATION_PATIENCE.toNanos();
        while (System.nanoTime() < end && !EvaluationClient.hasEnded(client.describe(name))) {
            Thread.sleep(LOOK);
        }
    }

    private void complete(long seed) {
        var request = new CompletionRequest(
                options.model().name(), "Once upon a time", 32, 0.8, 0.95, 40, seed, List.of("The end"), seed % 2 == 0);
        try {
            var client = new GatewayClient(options.url());
            if (request.stream()) {
                client.stream(request, _ -> {});
            } else {
                client.complete(request);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while the suite is exercised", e);
        }
    }

    private void create(ServiceDefinition definition) {
        var jar = Services.jar(options.root(), definition.name());
        var cache = new AotCache(jar);
        var command = definition.command().stream()
                .filter(word -> !cache.options(AotCache.Mode.RECORD).contains(word))
                .collect(Collectors.toCollection(ArrayList::new));
        command.addAll(1, cache.createOptions());
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            options.home().log(definition.name()).toFile()))
                    .start();
            if (!process.waitFor(CREATE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(cache.recording());
            if (!cache.fresh()) {
                throw new LauncherException("the cache of %s was not made: %s"
                        .formatted(
                                definition.name(),
                                LogFiles.reason(options.home().log(definition.name()))));
            }
        } catch (IOException e) {
            throw new LauncherException("the cache of %s was not made: %s".formatted(definition.name(), e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while a cache is made", e);
        }
    }
}
