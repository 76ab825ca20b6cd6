package io.meshtransformer.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.evaluation.random.PythonRandom;
import io.meshtransformer.files.Sha256;
import io.meshtransformer.testkit.golden.SharedMaterial;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * All requests of a whole task have the hash that lm-evaluation-harness of 2021 keeps in its own tests. Its documents are
 * shuffled, LAMBADA's requests are asked twice, BoolQ's choices the other way round.
 */
class RequestHashTest {
    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @CsvSource({"lambada_openai", "winogrande", "piqa", "arc_easy", "arc_challenge", "boolq"})
    void asksWhatTheHarnessAsked(String name) throws IOException {
        var requests = questions(name, SharedMaterial.require("data")).stream()
                .map(question -> written(requests(question, name)))
                .toList();
        var hash = new Sha256();
        var order = shuffled(requests.size());
        for (var place = 0; place < order.size(); place++) {
            add(hash, (place == 0 ? "[" : ", ") + requests.get(order.get(place)));
        }
        add(hash, "]");

        assertThat(hash.hex())
                .isEqualTo(reference("lmeval_request_hashes")
                        .at("/tasks/" + name + "/requests_sha256")
                        .textValue());
    }

    @Test
    void readsTheSamePiqaFromFilesWithLabelsApart(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("piqa"));
        for (var file : List.of("piqa/valid.jsonl", "piqa/valid-labels.lst")) {
            Files.copy(SharedMaterial.require("data/" + file), folder.resolve(file));
        }
        assertThat(questions("piqa", folder))
                .hasSize(1838)
                .isEqualTo(questions("piqa", SharedMaterial.require("data")));
    }

    private static List<Question> questions(String name, Path folder) throws IOException {
        var definition = definition(name);
        var documents =
                new DataFinder().evaluated(definition, Optional.of(folder)).documents();
        try (var all = documents.read(0, documents.count())) {
            return all.map(new Questioner(definition)::question).toList();
        }
    }

    private static List<List<String>> requests(Question question, String name) {
        return switch (question) {
            case Question.Continuations(var context, var choices, var gold) -> {
                var requests = choices.stream()
                        .map(choice -> List.of(context, " " + choice))
                        .toList();
                yield name.equals("boolq") ? requests.reversed() : requests;
            }
            case Question.Contexts(var choices, var continuation, var gold) ->
                choices.stream()
                        .map(context -> List.of(context, " " + continuation))
                        .toList();
            case Question.Target(var context, var target) ->
                List.of(List.of(context, target), List.of(context, target));
            case Question.Rolling rolling -> throw new AssertionError(rolling);
            case Question.Generation generation -> throw new AssertionError(generation);
        };
    }

    /** A document's requests as {@code json.dumps} writes them. */
    private static String written(List<List<String>> requests) {
        return requests.stream()
                .map(request -> "[" + python(request.get(0)) + ", " + python(request.get(1)) + "]")
                .collect(Collectors.joining(", "));
    }

    /** The order of the harness, which must also be that of the stored permutation. */
    private static List<Integer> shuffled(int size) throws IOException {
        var order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        new PythonRandom(42).shuffle(order);
        var stored = reference("lmeval_shuffle_seed42").get("perm").get(String.valueOf(size));
        var expected = new ArrayList<Integer>();
        stored.forEach(index -> expected.add(index.intValue()));
        assertThat(order).isEqualTo(expected);
        return order;
    }

    /** As {@code json.dumps} writes a text. */
    private static String python(String text) {
        var written = new StringBuilder("\"");
        for (var character : text.toCharArray()) {
            switch (character) {
                case '"' -> written.append("\\\"");
                case '\\' -> written.append("\\\\");
                case '\n' -> written.append("\\n");
                case '\r' -> written.append("\\r");
                case '\t' -> written.append("\\t");
                case '\f' -> written.append("\\f");
                case '\b' -> written.append("\\b");
                default ->
                    written.append(
                            character < ' ' || character > '~' ? "\\u%04x".formatted((int) character) : character);
            }
        }
        return written.append('"').toString();
    }

    private static void add(Sha256 hash, String text) {
        hash.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static TaskDefinition definition(String name) throws IOException {
        try (var in = TaskLibrary.class.getResourceAsStream("/io/meshtransformer/evaluation/tasks/" + name + ".yaml")) {
            return DefinitionFile.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), name, Optional.empty());
        }
    }

    private static JsonNode reference(String name) throws IOException {
        return JSON.readTree(
                SharedMaterial.require("data/reference/" + name + ".json").toFile());
    }
}
