package io.meshtransformer.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.evaluation.protocol.Gpt2;
import io.meshtransformer.evaluation.protocol.Protocol;
import io.meshtransformer.evaluation.protocol.ReadingModel;
import io.meshtransformer.evaluation.request.ModelRequest;
import io.meshtransformer.evaluation.request.PreparedDocument;
import io.meshtransformer.testkit.golden.SharedMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts and ids equal those that lm-evaluation-harness 0.4.13 made of the same documents. */
class HarnessParityTest {
    @TempDir
    Path folder;

    /** What a model is asked, a row for each continuation. */
    private record Row(String context, String continuation, List<Integer> contextIds, List<Integer> continuationIds) {}

    @ParameterizedTest
    @CsvSource({
        "arc_challenge, results, 2048",
        "arc_easy, results, 2048",
        "boolq, results, 2048",
        "hellaswag, results, 2048",
        "lambada_openai, results, 2048",
        "piqa, results, 2048",
        "winogrande, results, 2048",
        "boolq, results_truncated, 96",
        "hellaswag, results_truncated, 96",
        "lambada_openai, results_truncated, 96",
    })
    void asksTheSame(String name, String results, int contextLength) throws IOException {
        var golden = new JsonMapper()
                .readTree(SharedMaterial.require("golden/lm_eval/" + results + "/" + name + ".json")
                        .toFile())
                .get("docs");
        var model = new ReadingModel(Gpt2.tokenizer(), contextLength, 50256);
        var task = task(name);
        assertThat(task.excerpt()).isFalse();
        assertThat(golden.size()).isBetween(25, task.documents());

        try (var documents = task.prepare(Protocol.HARNESS, model, new Task.FewShot(0, 1234), 0, golden.size())) {
            documents.forEach(document ->
                    assertThat(rows(document)).isEqualTo(rows(golden.get(document.index()), contextLength)));
        }
    }

    private Task task(String name) throws IOException {
        var documents = SharedMaterial.require("golden/lm_eval/docs/" + name + ".jsonl");
        Files.createDirectories(folder.resolve(name));
        for (var split : List.of("test", "validation")) {
            Files.copy(documents, folder.resolve(name + "/" + split + ".jsonl"));
        }
        return TaskLibrary.ofShipped().task(name, Optional.of(folder), OptionalInt.empty());
    }

    private static List<Row> rows(PreparedDocument document) {
        var rows = new ArrayList<Row>();
        for (var request : document.requests()) {
            var score = (ModelRequest.Score) request;
            for (var i = 0; i < score.continuations().size(); i++) {
                rows.add(new Row(
                        score.context(),
                        score.continuations().get(i),
                        boxed(score.contextIds()),
                        boxed(score.continuationIds().get(i))));
            }
        }
        return rows;
    }

    /** The golden context ids are not cut yet. */
    private static List<Row> rows(JsonNode golden, int contextLength) {
        var rows = new ArrayList<Row>();
        for (var request : golden.get("requests")) {
            var index = request.get("context").intValue();
            var ids = ids(golden.get("context_ids").get(index));
            var continuation = ids(request.get("continuation_ids"));
            var room = Math.min(ids.size(), contextLength + 1 - continuation.size());
            rows.add(new Row(
                    golden.get("contexts").get(index).textValue(),
                    request.get("continuation").textValue(),
                    ids.subList(ids.size() - room, ids.size()),
                    continuation));
        }
        return rows;
    }

    private static List<Integer> boxed(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }

    private static List<Integer> ids(JsonNode ids) {
        var list = new ArrayList<Integer>();
        ids.forEach(id -> list.add(id.intValue()));
        return list;
    }
}
