package io.meshtransformer.benchmarks.streaming;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Streams completions from a running suite and prints what a client sees: tokens/s, time to first token, time between
 * tokens, and with {@code --kafka} the time from a token's leaving the worker to its arrival here.
 */
@Command(
        name = "benchmarks.jar stream",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Measures streamed completions of a running suite, first one stream, then several at once.")
public final class StreamingLoad implements Callable<Integer> {
    @Option(names = "--url", defaultValue = "http://127.0.0.1:8080", description = "the gateway")
    URI gateway;

    @Option(names = "--model", defaultValue = "stories")
    String model;

    @Option(names = "--prompt", defaultValue = "Once upon a time")
    String prompt;

    @Option(names = "--max-tokens", defaultValue = "200", description = "tokens per stream; end of text is ignored")
    int maxTokens;

    @Option(names = "--streams", split = ",", defaultValue = "1,64", description = "streams at once, one phase each")
    List<Integer> streams;

    @Option(names = "--rounds", defaultValue = "3", description = "rounds per phase; the best tokens/s is reported too")
    int rounds;

    @Option(names = "--kafka", description = "bootstrap servers, to measure what gateway and Kafka add per token")
    Optional<String> bootstrapServers;

    private StreamingLoad() {}

    /** @return 0 done, 1 failed, 2 wrong usage */
    public static int run(String... arguments) {
        return new CommandLine(new StreamingLoad()).execute(arguments);
    }

    @Override
    public Integer call() throws Exception {
        try (var client = new CompletionClient(gateway, model)) {
            run(client, 4); // warms up the path and the compilers
            System.out.printf(
                    "%8s %10s %10s %12s %12s %12s %12s %12s %12s%n",
                    "streams",
                    "tokens/s",
                    "best",
                    "first p50",
                    "first p99",
                    "between p50",
                    "between p99",
                    "added p50",
                    "added p99");
            for (int count : streams) {
                var all = new ArrayList<CompletionClient.Stream>();
                double best = 0;
                double seconds = 0;
                for (int round = 0; round < rounds; round++) {
                    long start = System.nanoTime();
                    var done = run(client, count);
                    double elapsed = (System.nanoTime() - start) * 1e-9;
                    best = Math.max(best, tokens(done) / elapsed);
                    seconds += elapsed;
                    all.addAll(done);
                }
                report(count, tokens(all) / seconds, best, all);
            }
        }
        return 0;
    }

    private List<CompletionClient.Stream> run(CompletionClient client, int count) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<CompletionClient.Stream>>();
            for (int i = 0; i < count; i++) {
                long seed = i;
                calls.add(() -> client.stream(prompt, maxTokens, seed));
            }
            var streams = new ArrayList<CompletionClient.Stream>();
            for (var future : executor.invokeAll(calls)) {
                streams.add(future.get());
            }
            return streams;
        }
    }

    private static int tokens(List<CompletionClient.Stream> streams) {
        return streams.stream().mapToInt(stream -> stream.arrivals().size()).sum();
    }

    private void report(int count, double rate, double best, List<CompletionClient.Stream> streams) {
        var first = new Percentiles();
        var between = new Percentiles();
        for (var stream : streams) {
            var arrivals = stream.arrivals();
            first.add(arrivals.getFirst().epochMicros() - stream.startEpochMicros());
            for (int i = 1; i < arrivals.size(); i++) {
                between.add(arrivals.get(i).epochMicros() - arrivals.get(i - 1).epochMicros());
            }
        }
        var added = bootstrapServers.map(servers -> AddedLatency.measure(servers, streams));
        System.out.printf(
                "%8d %10.0f %10.0f %9.2f ms %9.2f ms %9.2f ms %9.2f ms %12s %12s%n",
                count,
                rate,
                best,
                first.milliseconds(0.50),
                first.milliseconds(0.99),
                between.milliseconds(0.50),
                between.milliseconds(0.99),
                added.map(latency -> "%.2f ms".formatted(latency.milliseconds(0.50)))
                        .orElse("-"),
                added.map(latency -> "%.2f ms".formatted(latency.milliseconds(0.99)))
                        .orElse("-"));
    }
}
