package io.meshtransformer.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.request.ModelAnswer.ContinuationScore;
import io.meshtransformer.testkit.golden.SharedMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lm-evaluation-harness reports of the log-probabilities of its own run. */
class GoldenMetricsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double RELATIVE = 1e-12;

    @ParameterizedTest
    @ValueSource(strings = {"lambada_openai", "piqa", "arc_easy", "arc_challenge", "hellaswag", "boolq", "winogrande"})
    void documentsCountAndAddUpAsInTheHarness(String task) throws IOException {
        var golden = JSON.readTree(SharedMaterial.require("golden/lm_eval/results/" + task + ".json")
                .toFile());
        var gold = gold(task, golden.get("docs"));
        var outcomes = new Outcomes();
        for (var i = 0; i < gold.size(); i++) {
            var document = golden.get("docs").get(i);
            var outcome = judgement(document, gold.get(i)).judge(answers(document));
            assertThat(outcome.values().get(Quantity.ACC))
                    .isEqualTo(document.get("acc").doubleValue());
            if (document.has("acc_norm")) {
                assertThat(outcome.values().get(Quantity.ACC_NORM))
                        .isEqualTo(document.get("acc_norm").doubleValue());
            }
            outcomes.add(outcome);
        }
        assertThat(outcomes.size()).isEqualTo(golden.get("n_docs").intValue());
        assertThat(golden.get("results").properties()).hasSizeGreaterThan(1).allSatisfy(result -> {
            var name = result.getKey().replace(",none", "");
            var metric = MetricDefinition.named(name.replace("_stderr", "")).orElseThrow();
            var figure =
                    name.endsWith("_stderr") ? metric.standardError(outcomes).orElseThrow() : metric.value(outcomes);
            var expected = result.getValue().doubleValue();
            assertThat(figure).isCloseTo(expected, within(RELATIVE * expected));
        });
    }

    private static Judgement judgement(JsonNode document, int gold) {
        if (document.has("perplexity_item")) {
            return new Judgement.Target();
        }
        var choices = document.get("requests")
                .valueStream()
                .map(request -> request.get("continuation").textValue().substring(1))
                .toList();
        return new Judgement.MultipleChoice(
                gold,
                choices.stream()
                        .mapToInt(choice -> choice.codePointCount(0, choice.length()))
                        .toArray(),
                choices.stream().mapToInt(String::length).toArray(),
                document.get("contexts").size() > 1);
    }

    private static List<ModelAnswer> answers(JsonNode document) {
        var scores = document.get("requests")
                .valueStream()
                .map(request -> new ContinuationScore(
                        request.get("logprob").doubleValue(),
                        request.get("is_greedy").booleanValue()))
                .toList();
        return document.get("contexts").size() > 1
                ? scores.stream()
                        .<ModelAnswer>map(score -> new ModelAnswer.Scores(List.of(score)))
                        .toList()
                : List.of(new ModelAnswer.Scores(scores));
    }

    /** Of a task whose choices are contexts the run names the continuation alone, the documents the right context. */
    private static List<Integer> gold(String task, JsonNode documents) throws IOException {
        if (!task.equals("winogrande")) {
            return documents
                    .valueStream()
                    .map(document -> document.get("target").asInt())
                    .toList();
        }
        var gold = new ArrayList<Integer>();
        for (var line : Files.readAllLines(SharedMaterial.require("golden/lm_eval/docs/winogrande.jsonl"))) {
            gold.add(JSON.readTree(line).get("answer").asInt() - 1);
        }
        return gold.subList(0, documents.size());
    }
}
