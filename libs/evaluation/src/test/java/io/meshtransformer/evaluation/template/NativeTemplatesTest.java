package io.meshtransformer.evaluation.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.el.ExtendedSyntaxBuilder;
import com.hubspot.jinjava.el.ext.eager.EagerExtendedSyntaxBuilder;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jinjava.de.odysseus.el.tree.impl.Builder;
import org.junit.jupiter.api.Test;

/**
 * Jinjava makes its filters, tests and tags, and finds its functions, by reflection, which a native executable has for
 * listed classes only.
 */
class NativeTemplatesTest {
    private static final String LIST =
            "/META-INF/native-image/io.meshtransformer/mtj-evaluation/reachability-metadata.json";

    @Test
    void everyPartOfTheEngineIsListed() throws IOException {
        assertThat(listed()).isEqualTo(expected());
    }

    /** By class what is called of it with its parameters' types; a constructor is "new". */
    private static TreeMap<String, TreeSet<String>> expected() {
        var context = new Jinjava().getGlobalContext();
        var parts = new TreeMap<String, TreeSet<String>>();
        for (var part : Arrays.asList(context.getAllFilters(), context.getAllExpTests(), context.getAllTags())) {
            part.forEach(each -> parts.computeIfAbsent(each.getClass().getName(), name -> new TreeSet<>())
                    .add("new()"));
        }
        for (var syntax : List.of(ExtendedSyntaxBuilder.class, EagerExtendedSyntaxBuilder.class)) {
            parts.computeIfAbsent(syntax.getName(), name -> new TreeSet<>())
                    .add("new(" + Builder.Feature[].class.getTypeName() + ")");
        }
        for (ELFunctionDefinition function : context.getAllFunctions()) {
            var method = function.getMethod();
            var types = Arrays.stream(method.getParameterTypes())
                    .map(Class::getTypeName)
                    .collect(Collectors.joining(", "));
            parts.computeIfAbsent(method.getDeclaringClass().getName(), name -> new TreeSet<>())
                    .add(method.getName() + "(" + types + ")");
        }
        return parts;
    }

    private static TreeMap<String, TreeSet<String>> listed() throws IOException {
        var listed = new TreeMap<String, TreeSet<String>>();
        try (var in = NativeTemplatesTest.class.getResourceAsStream(LIST)) {
            for (var entry : new JsonMapper().readTree(in).get("reflection")) {
                var parts = new TreeSet<String>();
                for (var method : entry.get("methods")) {
                    var name = method.get("name").textValue().replace("<init>", "new");
                    parts.add(name + "(" + types(method) + ")");
                }
                listed.put(entry.get("type").textValue(), parts);
            }
        }
        return listed;
    }

    private static String types(JsonNode method) {
        var types = new ArrayList<String>();
        method.get("parameterTypes").forEach(type -> types.add(type.textValue()));
        return String.join(", ", types);
    }
}
