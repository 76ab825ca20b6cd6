package io.meshtransformer.gateway.evaluation;

import io.meshtransformer.contracts.EvaluationName;
import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.json.JsonBody;
import io.meshtransformer.gateway.json.JsonField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A valid body of {@code POST /v1/evaluations}.
 *
 * @param name that the client chose, or null
 */
record EvaluationRequest(String name, EvaluationSettings settings) {
    /** What addresses below {@code /v1/evaluations} mean otherwise. */
    private static final Set<String> TAKEN = Set.of("events", "tasks", "verify");

    /** @throws ApiException naming the field at fault; a field of another name is one */
    static EvaluationRequest read(byte[] body) {
        var reader = new Reader();
        JsonBody.read(body, reader::field);
        return reader.request();
    }

    private static final class Reader {
        private String name;
        private String model;
        private List<String> tasks;
        private List<EvaluationProtocol> protocols;
        private Integer limit;
        private Integer fewShot;
        private Long fewShotSeed;

        private void field(String field, JsonField value) throws IOException {
            switch (field) {
                case "name" -> name = name(value);
                case "model" -> model = known(value);
                case "tasks" -> tasks = tasks(value);
                case "protocols" -> protocols = protocols(value);
                case "limit" -> limit = value.integer(1, Integer.MAX_VALUE);
                case "few_shot" -> fewShot = value.integer(0, EvaluationSettings.MOST_EXAMPLES);
                case "few_shot_seed" -> fewShotSeed = value.integer(Long.MIN_VALUE, Long.MAX_VALUE);
                default ->
                    throw new ApiException(
                            ErrorKind.UNSUPPORTED_FIELD,
                            "'%s' is no field of an evaluation; these are: name, model, tasks, protocols, limit, few_shot, few_shot_seed"
                                    .formatted(JsonField.shown(field)),
                            JsonField.shown(field));
            }
        }

        private static String name(JsonField value) throws IOException {
            var name = value.text();
            try {
                EvaluationName.check(name, "name");
            } catch (IllegalArgumentException e) {
                throw value.invalid(e.getMessage());
            }
            if (TAKEN.contains(name)) {
                throw value.invalid("'name' is '%s', an evaluation of that name would have no address".formatted(name));
            }
            return name;
        }

        /** Of a model or a task. */
        private static String known(JsonField value) throws IOException {
            var name = value.text();
            if (name.length() > EvaluationSettings.LONGEST_NAME) {
                throw value.invalid("a name has %d characters, it may have %d"
                        .formatted(name.length(), EvaluationSettings.LONGEST_NAME));
            }
            return name;
        }

        private static List<String> tasks(JsonField value) throws IOException {
            var read = new ArrayList<String>();
            int size = value.elements((index, element) -> {
                // Beyond the limit they are only counted.
                if (index < EvaluationSettings.MOST_TASKS) {
                    add(known(element), read, element);
                }
            });
            if (size == 0 || size > EvaluationSettings.MOST_TASKS) {
                throw value.invalid(
                        "'tasks' has %d names, it must have 1 to %d".formatted(size, EvaluationSettings.MOST_TASKS));
            }
            return read;
        }

        private static List<EvaluationProtocol> protocols(JsonField value) throws IOException {
            var read = new ArrayList<EvaluationProtocol>();
            int size = value.elements((_, element) -> add(protocol(element), read, element));
            if (size == 0) {
                throw value.invalid("'protocols' is an empty list, it must have one or more of " + labels());
            }
            return read;
        }

        private static EvaluationProtocol protocol(JsonField value) throws IOException {
            var label = value.text();
            return Arrays.stream(EvaluationProtocol.values())
                    .filter(protocol -> protocol.label().equals(label))
                    .findFirst()
                    .orElseThrow(() -> value.invalid(
                            "'%s' is no protocol, it must be one of %s".formatted(JsonField.shown(label), labels())));
        }

        private static String labels() {
            return Arrays.stream(EvaluationProtocol.values())
                    .map(EvaluationProtocol::label)
                    .collect(Collectors.joining(", "));
        }

        private static <T> void add(T one, List<T> to, JsonField field) {
            if (to.contains(one)) {
                throw field.invalid("'%s' is named twice".formatted(JsonField.shown(one.toString())));
            }
            to.add(one);
        }

        private EvaluationRequest request() {
            JsonBody.require(model, "model");
            JsonBody.require(tasks, "tasks");
            return new EvaluationRequest(
                    name, new EvaluationSettings(model, tasks, protocols, limit, fewShot, fewShotSeed));
        }
    }
}
