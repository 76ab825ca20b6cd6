package io.meshtransformer.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Jackson reads and writes messages by reflection, which a native executable has for listed classes only. */
class NativeImageTest {
    private static final String LIST = "/META-INF/native-image/io.meshtransformer/mtj-contracts/reflect-config.json";
    private static final List<Class<?>> MESSAGES = List.of(
            PromptRequest.class,
            InferenceRequest.class,
            AnswerBatch.class,
            Cancellation.class,
            TrainingCommand.class,
            TrainingEvent.class,
            EvaluationCommand.class,
            EvaluationResult.class,
            EvaluationEvent.class);
    private static final List<String> PARTS =
            List.of("allDeclaredConstructors", "allDeclaredFields", "allDeclaredMethods", "allRecordComponents");

    @Test
    void everyClassOfAMessageIsListedWithAllItsParts() throws IOException {
        var expected = new TreeMap<String, Class<?>>();
        MESSAGES.forEach(message -> collect(message, expected));
        assertThat(expected).hasSizeGreaterThan(25);

        var listed = new TreeMap<String, JsonNode>();
        for (var entry : list()) {
            listed.put(entry.get("name").textValue(), entry);
        }
        assertThat(listed.keySet()).containsExactlyElementsOf(expected.keySet());
        listed.values().forEach(entry -> assertThat(PARTS)
                .allMatch(part -> entry.path(part).asBoolean(), entry.get("name") + " has each part"));
    }

    private static JsonNode list() throws IOException {
        try (var in = NativeImageTest.class.getResourceAsStream(LIST)) {
            return new JsonMapper().readTree(in);
        }
    }

    /** A class, the classes that it permits, and the classes of its components, as far as they are ours. */
    private static void collect(Type type, Map<String, Class<?>> classes) {
        if (type instanceof ParameterizedType parameterized) {
            Arrays.stream(parameterized.getActualTypeArguments()).forEach(argument -> collect(argument, classes));
        } else if (type instanceof Class<?> known
                && known.getPackageName().equals(PromptRequest.class.getPackageName())
                && classes.putIfAbsent(known.getName(), known) == null) {
            if (known.isSealed()) {
                Arrays.stream(known.getPermittedSubclasses()).forEach(permitted -> collect(permitted, classes));
            }
            if (known.isRecord()) {
                Arrays.stream(known.getRecordComponents())
                        .map(RecordComponent::getGenericType)
                        .forEach(component -> collect(component, classes));
            }
        }
    }
}
