package io.meshtransformer.benchmarks.streaming;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads streamed completions and notes when each token arrived. */
final class CompletionClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI completions;
    private final String model;

    CompletionClient(URI gateway, String model) {
        this.completions = gateway.resolve("/v1/completions");
        this.model = model;
    }

    /**
     * A token's arrival.
     *
     * @param id the event's id, its place in the answers topic
     */
    record Arrival(long epochMicros, String id) {}

    record Stream(long startEpochMicros, List<Arrival> arrivals) {}

    Stream stream(String prompt, int maxTokens, long seed) throws IOException, InterruptedException {
        var body = JSON.writeValueAsString(Map.of(
                "model",
                model,
                "prompt",
                prompt,
                "max_tokens",
                maxTokens,
                "seed",
                seed,
                "stream",
                true,
                "ignore_eos",
                true,
                "return_token_ids",
                true));
        var request = HttpRequest.newBuilder(completions)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        long start = now();
        var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            if (response.statusCode() != 200) {
                throw new IOException("the gateway answered " + response.statusCode() + ": " + lines.readLine());
            }
            var stream = read(lines, start);
            if (stream.arrivals().size() != maxTokens) {
                throw new IOException(stream.arrivals().size() + " tokens came, " + maxTokens + " were asked for (seed "
                        + seed + ")");
            }
            return stream;
        }
    }

    private static Stream read(BufferedReader lines, long start) throws IOException {
        var arrivals = new ArrayList<Arrival>();
        String id = "";
        for (var line = lines.readLine(); line != null && !line.endsWith("[DONE]"); line = lines.readLine()) {
            if (line.startsWith("id:")) {
                id = line.substring(3).strip();
            } else if (line.startsWith("data:")) {
                long arrived = now();
                var data = JSON.readTree(line.substring(5));
                if (data.has("error")) {
                    throw new IOException("the stream broke: " + data.get("error"));
                }
                for (var choice : data.path("choices")) {
                    for (int i = 0; i < choice.path("token_ids").size(); i++) {
                        arrivals.add(new Arrival(arrived, id));
                    }
                }
            }
        }
        return new Stream(start, arrivals);
    }

    private static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    @Override
    public void close() {
        http.close();
    }
}
