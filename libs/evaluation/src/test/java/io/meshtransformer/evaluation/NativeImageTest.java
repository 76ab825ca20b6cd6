package io.meshtransformer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.evaluation.metric.Judgement;
import io.meshtransformer.evaluation.report.Receipt;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Jackson reads and writes by reflection, which a native executable has for listed classes only. */
class NativeImageTest {
    private static final String LIST = "/META-INF/native-image/io.meshtransformer/mtj-evaluation/reflect-config.json";
    private static final List<String> PARTS =
            List.of("allDeclaredConstructors", "allDeclaredFields", "allDeclaredMethods", "allRecordComponents");

    @Test
    void everyClassThatIsKeptAsJsonIsListedWithAllItsParts() throws IOException {
        var expected = new TreeMap<String, Class<?>>();
        collect(Judgement.class, expected);
        collect(Receipt.class, expected);
        assertThat(expected).hasSizeGreaterThan(8);

        var listed = new TreeMap<String, JsonNode>();
        try (var in = NativeImageTest.class.getResourceAsStream(LIST)) {
            for (var entry : new JsonMapper().readTree(in)) {
                listed.put(entry.get("name").textValue(), entry);
            }
        }
        assertThat(listed.keySet()).containsAll(expected.keySet());
        listed.values().forEach(entry -> assertThat(PARTS)
                .allMatch(part -> entry.path(part).asBoolean(), entry.get("name") + " has each part"));
    }

    /** A class, the classes that it permits, and the classes of its components, as far as they are of this library. */
    private static void collect(Type type, Map<String, Class<?>> classes) {
        if (type instanceof ParameterizedType parameterized) {
            Arrays.stream(parameterized.getActualTypeArguments()).forEach(argument -> collect(argument, classes));
        } else if (type instanceof Class<?> known
                && known.getName().startsWith(NativeImageTest.class.getPackageName())
                && classes.putIfAbsent(known.getName(), known) == null) {
            if (known.isSealed()) {
                Arrays.stream(known.getPermittedSubclasses()).forEach(permitted -> collect(permitted, classes));
            }
            if (known.isRecord()) {
                Arrays.stream(known.getRecordComponents())
                        .forEach(component -> collect(component.getGenericType(), classes));
            }
        }
    }
}
