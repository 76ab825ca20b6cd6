package io.meshtransformer.evaluation.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import jinjava.javax.el.ELException;

/** Methods of Python's {@code list} and {@code dict}, as far as templates of tasks call them. */
final class CollectionMethods {
    private CollectionMethods() {}

    /** @throws ELException as {@code index} raises ValueError: the value is not in the list */
    static Object call(List<?> list, String method, List<?> given) {
        return switch (method) {
            case "index" -> {
                var index = list.indexOf(given.getFirst());
                if (index < 0) {
                    throw new ELException("'" + given.getFirst() + "' is not in " + list);
                }
                yield (long) index;
            }
            case "count" -> (long) Collections.frequency(list, given.getFirst());
            default -> throw PythonMethods.unknown("a list", method, "count, index");
        };
    }

    static Object call(Map<?, ?> map, String method, List<?> given) {
        return switch (method) {
            case "get" -> {
                var value = map.get(given.getFirst());
                yield value == null && given.size() > 1 ? given.get(1) : value;
            }
            case "items" -> {
                var items = new ArrayList<List<Object>>();
                map.forEach((key, value) -> items.add(List.of(key, value)));
                yield items;
            }
            case "keys" -> new ArrayList<>(map.keySet());
            case "values" -> new ArrayList<>(map.values());
            default -> throw PythonMethods.unknown("a mapping", method, "get, items, keys, values");
        };
    }
}
