package io.meshtransformer.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.evaluation.random.PythonRandom;
import io.meshtransformer.evaluation.request.ModelAnswer.ContinuationScore;
import io.meshtransformer.evaluation.request.ModelAnswer.Scores;
import io.meshtransformer.testkit.golden.SharedMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The harness's own tests let a model of random numbers answer whole tasks, and keep the figures. Its documents are in
 * random order there.
 */
class FakeModelTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double RELATIVE = 1e-12;

    private final PythonRandom model = new PythonRandom(42);

    @Test
    void perplexityOf5153DocumentsAndItsBootstrapOf10SamplesAreTheHarnesss() throws IOException {
        var outcomes = new Outcomes();
        for (var i = 0; i < 5153; i++) {
            var logprob = score();
            score(); // The harness of that time asked a second time for the greedy flag.
            outcomes.add(new Judgement.Target().judge(List.of(new Scores(List.of(logprob)))));
        }
        var expected = expected("lambada_openai");
        var perplexity = MetricDefinition.named("perplexity").orElseThrow();
        near(perplexity.value(outcomes), expected.get("ppl").doubleValue());
        var logprobs = outcomes.column(Quantity.LOGPROB);
        var bootstrap = new Bootstrap(Aggregation.PERPLEXITY, logprobs, Optional.empty(), outcomes.size(), 10);
        near(bootstrap.standardError(), expected.get("ppl_stderr").doubleValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"piqa", "arc_easy", "arc_challenge", "winogrande"})
    void accuraciesOfWholeTasksAreTheHarnesss(String task) throws IOException {
        var documents = new ArrayList<>(documents(task));
        new PythonRandom(42).shuffle(documents);
        var outcomes = new Outcomes();
        for (var document : documents) {
            var scores = Stream.generate(this::score)
                    .limit(document.codePoints().length)
                    .toList();
            outcomes.add(document.judge(List.of(new Scores(scores))));
        }
        compare(task, "acc", outcomes);
        if (!task.equals("winogrande")) {
            compare(task, "acc_norm", outcomes);
        }
    }

    private ContinuationScore score() {
        return new ContinuationScore(-model.random(), false);
    }

    private static void compare(String task, String name, Outcomes outcomes) throws IOException {
        var expected = expected(task);
        var metric = MetricDefinition.named(name).orElseThrow();
        near(metric.value(outcomes), expected.get(name).doubleValue());
        near(
                metric.standardError(outcomes).orElseThrow(),
                expected.get(name + "_stderr").doubleValue());
    }

    private static JsonNode expected(String task) throws IOException {
        var file = SharedMaterial.require("data/reference/lmeval_request_hashes.json");
        return JSON.readTree(file.toFile()).at("/tasks/" + task + "/fake_lm_results");
    }

    private static void near(double value, double expected) {
        assertThat(value).isCloseTo(expected, within(RELATIVE * expected));
    }

    private static List<Judgement.MultipleChoice> documents(String task) throws IOException {
        var file = SharedMaterial.require("data/"
                + switch (task) {
                    case "piqa" -> "piqa/piqa_validation_hf.jsonl";
                    case "winogrande" -> "winogrande/winogrande_xl_validation.jsonl";
                    default -> "arc/" + task + "_test.jsonl";
                });
        try (var lines = Files.lines(file)) {
            return lines.map(line -> document(task, line)).toList();
        }
    }

    private static Judgement.MultipleChoice document(String task, String line) {
        try {
            var fields = JSON.readTree(line);
            return switch (task) {
                case "piqa" -> document(fields.get("label").asInt(), texts(fields, "sol1", "sol2"));
                case "winogrande" -> document(fields.get("answer").asInt() - 1, texts(fields, "option1", "option2"));
                default ->
                    document(
                            fields.get("gold").asInt(),
                            fields.get("choices")
                                    .valueStream()
                                    .map(JsonNode::textValue)
                                    .toList());
            };
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    private static List<String> texts(JsonNode fields, String first, String second) {
        return List.of(fields.get(first).textValue(), fields.get(second).textValue());
    }

    private static Judgement.MultipleChoice document(int gold, List<String> choices) {
        var codePoints = choices.stream()
                .mapToInt(choice -> choice.codePointCount(0, choice.length()))
                .toArray();
        return new Judgement.MultipleChoice(gold, codePoints, codePoints, false);
    }
}
