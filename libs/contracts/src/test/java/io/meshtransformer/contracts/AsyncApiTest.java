package io.meshtransformer.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds {@code asyncapi.yaml} to the messages: what strangers read there is what services read and write. */
class AsyncApiTest {
    private static final JsonNode DOCUMENT = document();
    private static final JsonNode SCHEMAS = DOCUMENT.at("/components/schemas");
    private static final Map<Class<?>, Set<Object>> INSTANCES = instances();
    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();
    /** Schema names that differ from the class's, as two families have a message of the same name. */
    private static final Map<Class<?>, String> RENAMED = Map.ofEntries(
            Map.entry(InferenceRequest.Score.class, "ScoreIds"),
            Map.entry(InferenceRequest.Describe.class, "DescribeModel"),
            Map.entry(EvaluationCommand.Pause.class, "PauseEvaluation"),
            Map.entry(EvaluationCommand.Resume.class, "ResumeEvaluation"),
            Map.entry(EvaluationCommand.Cancel.class, "CancelEvaluation"),
            Map.entry(EvaluationCommand.Describe.class, "DescribeEvaluation"),
            Map.entry(EvaluationCommand.Rebuild.class, "RebuildEvaluation"),
            Map.entry(EvaluationCommand.Verify.class, "VerifyReceipt"),
            Map.entry(EvaluationResult.Score.class, "ResultScore"),
            Map.entry(EvaluatedDocument.View.class, "DocumentView"),
            Map.entry(EvaluatedDocument.Choice.class, "DocumentChoice"));

    private static JsonNode document() {
        try {
            return new YAMLMapper().readTree(Files.readString(Path.of("asyncapi.yaml")));
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Test
    void everyTopicIsAChannelWithItsPartitions() {
        var described = new TreeMap<String, String>();
        DOCUMENT.get("channels")
                .forEach(channel -> described.put(
                        channel.get("address").textValue(),
                        channel.get("description").textValue()));

        assertThat(described.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Topics.ALL.stream().map(Topics.TopicDefinition::name).toList());
        for (var topic : Topics.ALL) {
            assertThat(described.get(topic.name()))
                    .contains(topic.partitions() + (topic.partitions() == 1 ? " partition," : " partitions,"));
        }
    }

    @Test
    void everyHeaderIsDescribed() throws IllegalAccessException {
        var described = new HashSet<String>();
        for (var schema : List.of("EventHeaders", "DeadLetterHeaders")) {
            described.addAll(names(SCHEMAS.get(schema).get("properties")));
        }
        described.addAll(names(SCHEMAS.at("/RequestHeaders/allOf/1/properties")));

        var headers = new HashSet<String>();
        for (var constant : Headers.class.getDeclaredFields()) {
            if (Modifier.isPublic(constant.getModifiers())) {
                headers.add((String) constant.get(null));
            }
        }
        assertThat(described).isEqualTo(headers);
    }

    @Test
    void everyMessageOfAFamilyStandsInItsChannel() {
        assertThat(payloads("prompts")).isEqualTo(schemas(PromptRequest.class));
        assertThat(payloads("interactive")).isEqualTo(schemas(InferenceRequest.class));
        assertThat(payloads("batch")).isEqualTo(schemas(InferenceRequest.class));
        assertThat(payloads("answers")).containsExactly("AnswerBatch");
        assertThat(payloads("cancellations")).containsExactly("Cancellation");
        assertThat(payloads("trainingCommands")).isEqualTo(schemas(TrainingCommand.class));
        assertThat(payloads("trainingEvents")).containsExactly("TrainingEvent");
        assertThat(payloads("evaluationRequests")).isEqualTo(schemas(EvaluationCommand.class));
        assertThat(payloads("evaluationAnswers")).containsExactly("AnswerBatch");
        assertThat(payloads("evaluationResults")).containsExactly("EvaluationResult");
        assertThat(payloads("evaluationEvents")).containsExactly("EvaluationEvent");
        assertThat(references(SCHEMAS.at("/TrainingEvent/oneOf"))).isEqualTo(schemas(TrainingEvent.class));
        assertThat(references(SCHEMAS.at("/AnswerEvent/oneOf"))).isEqualTo(schemas(AnswerEvent.class));
    }

    @TestFactory
    Stream<DynamicTest> everyMessageHasTheFieldsOfItsRecord() {
        return Stream.concat(
                        families().flatMap(family -> Arrays.stream(family.getPermittedSubclasses())),
                        Stream.of(
                                AnswerBatch.class,
                                Cancellation.class,
                                Prompt.class,
                                GenerationOptions.class,
                                Sampling.class,
                                TokenDetail.class,
                                TokenDetail.Alternative.class,
                                ContinuationScore.class,
                                Usage.class,
                                ModelDescription.class,
                                ModelDescription.TokenizerDescription.class,
                                RunDescription.class,
                                RunDescription.CheckpointDescription.class,
                                RunCurve.class,
                                RunCurve.StepPoint.class,
                                RunCurve.ValidationPoint.class,
                                TrainingMesh.class,
                                ServedModel.class,
                                EvaluationSettings.class,
                                EvaluationDescription.class,
                                EvaluationDescription.TaskResult.class,
                                EvaluationDescription.Metric.class,
                                EvaluatedDocument.class,
                                EvaluatedDocument.View.class,
                                EvaluatedDocument.Choice.class,
                                TaskDescription.class,
                                EvaluationResult.class,
                                EvaluationResult.Score.class,
                                EvaluationEvent.class))
                .map(message -> DynamicTest.dynamicTest(schema(message), () -> {
                    var properties = SCHEMAS.get(schema(message)).get("properties");
                    var fields =
                            components(message).map(RecordComponent::getName).collect(toCollection(TreeSet::new));
                    typeName(message).ifPresent(name -> {
                        fields.add("type");
                        assertThat(properties.at("/type/const").textValue()).isEqualTo(name);
                    });
                    assertThat(names(properties)).isEqualTo(fields);
                    assertThat(required(message)).isEqualTo(requiredByTheCode(message));
                }));
    }

    /** Those of an unwrapped record stand among its owner's. */
    private static Stream<RecordComponent> components(Class<?> message) {
        return Arrays.stream(message.getRecordComponents())
                .flatMap(component -> component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)
                        ? components(component.getType())
                        : Stream.of(component));
    }

    @Test
    void everyNameOfAnEnumIsListed() throws NoSuchFieldException {
        for (var type : List.of(
                Priority.class,
                FinishReason.class,
                FailureCode.class,
                RunState.class,
                RunPhase.class,
                EvaluationState.class,
                EvaluationProtocol.class)) {
            var names = new ArrayList<String>();
            for (var constant : type.getEnumConstants()) {
                names.add(type.getField(((Enum<?>) constant).name())
                        .getAnnotation(JsonProperty.class)
                        .value());
            }
            var listed = StreamSupport.stream(
                            SCHEMAS.get(type.getSimpleName()).get("enum").spliterator(), false)
                    .map(JsonNode::textValue);
            assertThat(listed).containsExactlyElementsOf(names);
        }
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        var references = new ArrayList<String>();
        collectReferences(DOCUMENT, references);

        assertThat(references).hasSizeGreaterThan(50).allSatisfy(reference -> assertThat(
                        DOCUMENT.at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
    }

    private static Stream<Class<?>> families() {
        return Stream.of(
                PromptRequest.class,
                InferenceRequest.class,
                AnswerEvent.class,
                TrainingCommand.class,
                TrainingEvent.class,
                EvaluationCommand.class);
    }

    private static String schema(Class<?> message) {
        return RENAMED.getOrDefault(message, message.getSimpleName());
    }

    private static Set<String> schemas(Class<?> family) {
        return Arrays.stream(family.getPermittedSubclasses())
                .map(AsyncApiTest::schema)
                .collect(toSet());
    }

    private static Set<String> payloads(String channel) {
        var payloads = new HashSet<String>();
        DOCUMENT.at("/channels/" + channel + "/messages").forEach(reference -> {
            var message = DOCUMENT.at(reference.get("$ref").textValue().substring(1));
            payloads.add(lastPart(message.at("/payload/$ref").textValue()));
        });
        return payloads;
    }

    private static Set<String> references(JsonNode list) {
        var names = new HashSet<String>();
        list.forEach(element -> names.add(lastPart(element.get("$ref").textValue())));
        return names;
    }

    private static String lastPart(String reference) {
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    private static Optional<String> typeName(Class<?> message) {
        return families()
                .flatMap(family ->
                        Arrays.stream(family.getAnnotation(JsonSubTypes.class).value()))
                .filter(type -> type.value() == message)
                .map(JsonSubTypes.Type::name)
                .findFirst();
    }

    private static Set<String> required(Class<?> message) {
        var required = new TreeSet<String>();
        SCHEMAS.get(schema(message)).path("required").forEach(name -> required.add(name.textValue()));
        return required;
    }

    /** The fields without which no example of this kind of message can be read. */
    private static Set<String> requiredByTheCode(Class<?> message) {
        var required = new TreeSet<String>();
        for (var example : INSTANCES.get(message)) {
            ObjectNode tree = JSON.valueToTree(example);
            for (var name : names(tree)) {
                if (!isOneOfTwo(message, name) && !canBeReadWithout(name, tree, message)) {
                    required.add(name);
                }
            }
        }
        return required;
    }

    /** The document says so with {@code oneOf}. */
    private static boolean isOneOfTwo(Class<?> message, String name) {
        return message == Prompt.class
                || (message == EvaluationResult.class
                        && Set.of("scores", "text").contains(name));
    }

    private static boolean canBeReadWithout(String name, ObjectNode tree, Class<?> message) {
        try {
            MessageCodec.read(tree.deepCopy().without(name).toString().getBytes(UTF_8), message);
            return true;
        } catch (MalformedMessageException e) {
            return false;
        }
    }

    /** Every record that is an example or a part of one, by its class. */
    private static Map<Class<?>, Set<Object>> instances() {
        var found = new HashMap<Class<?>, Set<Object>>();
        Examples.ALL.values().forEach(example -> collectInstances(example, found));
        return found;
    }

    private static void collectInstances(Object value, Map<Class<?>, Set<Object>> found) {
        if (value instanceof List<?> list) {
            list.forEach(element -> collectInstances(element, found));
        }
        if (value instanceof Record record) {
            found.computeIfAbsent(record.getClass(), _ -> new HashSet<>()).add(record);
            for (var component : record.getClass().getRecordComponents()) {
                try {
                    collectInstances(component.getAccessor().invoke(record), found);
                } catch (ReflectiveOperationException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private static Set<String> names(JsonNode object) {
        var names = new TreeSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void collectReferences(JsonNode node, List<String> found) {
        if (node.has("$ref")) {
            found.add(node.get("$ref").textValue());
        }
        node.forEach(child -> collectReferences(child, found));
    }
}
