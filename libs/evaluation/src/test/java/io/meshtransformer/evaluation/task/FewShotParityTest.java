package io.meshtransformer.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.evaluation.protocol.Protocol;
import io.meshtransformer.evaluation.protocol.ReadingModel;
import io.meshtransformer.evaluation.request.ModelRequest;
import io.meshtransformer.evaluation.request.PreparedDocument;
import io.meshtransformer.evaluation.text.PythonText;
import io.meshtransformer.tokenizer.Tokenizer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Definitions that lm-evaluation-harness 0.4.13 reads as they are, with examples: the same texts as it makes of the same
 * documents. See {@code src/test/golden/make_fewshot.py}.
 */
class FewShotParityTest {
    private static final ReadingModel MODEL = new ReadingModel(
            Tokenizer.load(Path.of(System.getProperty("mtj.root"), "models", "stories"))
                    .orElseThrow(),
            100_000,
            0);

    @ParameterizedTest
    @ValueSource(strings = {"same_split", "training", "other_split", "contexts", "first"})
    void givesTheSameExamples(String name) throws IOException, URISyntaxException {
        var golden = golden(name);
        var task = new TaskLibrary(Optional.of(resource("/fewshot")))
                .task(name, Optional.of(resource("/io/meshtransformer/evaluation/excerpts")), OptionalInt.of(12));
        var fewShot = new Task.FewShot(task.fewShot(), 1234);

        // From the middle first: what stands before a document must not depend on what was asked for before.
        for (var range : List.of(List.of(7, 12), List.of(0, 12), List.of(3, 4))) {
            try (var documents = task.prepare(Protocol.HARNESS, MODEL, fewShot, range.get(0), range.get(1))) {
                documents.forEach(document -> assertThat(texts(document))
                        .as("document %d", document.index())
                        .isEqualTo(texts(golden.get(document.index()))));
            }
        }
    }

    private static List<List<String>> texts(PreparedDocument document) {
        var texts = new ArrayList<List<String>>();
        for (var request : document.requests()) {
            switch (request) {
                case ModelRequest.Score(var context, var continuations, var contextIds, var continuationIds) ->
                    continuations.forEach(continuation -> texts.add(List.of(context, continuation)));
                case ModelRequest.Generate(var context, var contextIds, var maxTokens, var until) ->
                    texts.add(List.of(context, maxTokens + " " + until));
            }
        }
        return texts;
    }

    /** Before the harness moves white space from the context to the continuation. */
    private static List<List<String>> texts(JsonNode requests) {
        var texts = new ArrayList<List<String>>();
        for (var request : requests) {
            var context = request.get(0).textValue();
            var before = PythonText.stripRight(context);
            texts.add(
                    request.get(1).isTextual()
                            ? List.of(
                                    before,
                                    context.substring(before.length())
                                            + request.get(1).textValue())
                            : List.of(context, options(request.get(1))));
        }
        return texts;
    }

    private static String options(JsonNode options) {
        var until = new ArrayList<String>();
        options.get("until").forEach(text -> until.add(text.textValue()));
        return options.get("max_gen_toks") + " " + until;
    }

    private static JsonNode golden(String name) throws IOException {
        try (var in = FewShotParityTest.class.getResourceAsStream("/fewshot/lm-eval-0.4.13.json")) {
            return new JsonMapper().readTree(in).get("tasks").get(name);
        }
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(FewShotParityTest.class.getResource(name).toURI());
    }
}
