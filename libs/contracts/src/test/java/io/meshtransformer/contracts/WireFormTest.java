package io.meshtransformer.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds the messages to their form on the wire: a service may meet records of any service that was ever released. A
 * golden file never changes; a new optional field gets a new file.
 */
class WireFormTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final JsonMapper JSON = new JsonMapper();

    @TestFactory
    Stream<DynamicTest> aMessageIsWrittenAsItsGoldenFileSays() {
        return Examples.ALL.entrySet().stream()
                .map(example -> DynamicTest.dynamicTest(
                        example.getKey(), () -> assertThat(new String(MessageCodec.write(example.getValue()), UTF_8))
                                .isEqualTo(golden(example.getKey()))));
    }

    @TestFactory
    Stream<DynamicTest> aGoldenFileIsReadAsItsMessage() {
        return Examples.ALL.entrySet().stream()
                .map(example -> DynamicTest.dynamicTest(
                        example.getKey(), () -> assertThat(read(golden(example.getKey()), example.getValue()))
                                .isEqualTo(example.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> fieldsThatNobodyKnowsYetAreIgnoredAtEveryDepth() {
        return Examples.ALL.entrySet().stream()
                .map(example -> DynamicTest.dynamicTest(example.getKey(), () -> {
                    var tree = JSON.readTree(golden(example.getKey()));
                    addUnknownFields(tree);
                    assertThat(read(tree.toString(), example.getValue())).isEqualTo(example.getValue());
                }));
    }

    @TestFactory
    Stream<DynamicTest> theOrderOfFieldsDoesNotMatter() {
        return Examples.ALL.entrySet().stream()
                .map(example -> DynamicTest.dynamicTest(example.getKey(), () -> {
                    var reversed = reversed(JSON.readTree(golden(example.getKey())));
                    assertThat(read(reversed.toString(), example.getValue())).isEqualTo(example.getValue());
                }));
    }

    @Test
    void thereIsAGoldenFileForEachExampleAndNoOther() throws IOException {
        try (var files = Files.list(GOLDEN)) {
            var names = files.map(file -> file.getFileName().toString()).toList();
            assertThat(names)
                    .containsExactlyInAnyOrderElementsOf(Examples.ALL.keySet().stream()
                            .map(name -> name + ".json")
                            .toList());
        }
    }

    @Test
    void everyKindOfMessageHasAnExample() {
        var shown = Stream.concat(
                        Examples.ALL.values().stream(),
                        Examples.ALL.values().stream()
                                .filter(AnswerBatch.class::isInstance)
                                .flatMap(batch -> ((AnswerBatch) batch).events().stream()))
                .map(Object::getClass)
                .collect(Collectors.toSet());
        var all = Stream.of(
                        PromptRequest.class,
                        InferenceRequest.class,
                        AnswerEvent.class,
                        TrainingCommand.class,
                        TrainingEvent.class,
                        EvaluationCommand.class)
                .flatMap(family -> Arrays.stream(family.getPermittedSubclasses()));

        assertThat(shown)
                .containsAll(all.toList())
                .contains(AnswerBatch.class, Cancellation.class, EvaluationResult.class, EvaluationEvent.class);
    }

    private static String golden(String name) throws IOException {
        return Files.readString(GOLDEN.resolve(name + ".json")).stripTrailing();
    }

    private static Object read(String json, Object like) throws MalformedMessageException {
        return MessageCodec.read(json.getBytes(UTF_8), Examples.readAs(like));
    }

    private static void addUnknownFields(JsonNode node) {
        // The keys of maps are token ids or metrics, and a configuration or a receipt is passed on whole.
        node.properties().stream()
                .filter(field -> !Set.of("configuration", "receipt").contains(field.getKey()))
                .filter(field ->
                        !(field.getKey().equals("metrics") && field.getValue().isObject()))
                .forEach(field -> addUnknownFields(field.getValue()));
        if (node.isArray()) {
            node.forEach(WireFormTest::addUnknownFields);
        }
        if (node instanceof ObjectNode object && !object.has("50256")) {
            object.putObject("fromTheFuture").putArray("list").add(1).add("two");
        }
    }

    private static JsonNode reversed(JsonNode node) {
        if (node instanceof ObjectNode object) {
            var names = List.copyOf(object.properties()).reversed();
            var other = JSON.createObjectNode();
            names.forEach(field -> other.set(field.getKey(), reversed(field.getValue())));
            return other;
        }
        if (node.isArray()) {
            var other = JSON.createArrayNode();
            node.forEach(element -> other.add(reversed(element)));
            return other;
        }
        return node;
    }
}
