package io.meshtransformer.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MalformedMessageTest {
    private static final JsonMapper JSON = new JsonMapper();
    /** What a message may lack; everything else is required. */
    private static final Set<String> OPTIONAL = Set.of(
            "deadline",
            "priority",
            "stop",
            "logprobs",
            "logitBias",
            "detail",
            "top",
            "tokenizer",
            "bosToken",
            "bosTokenId",
            "eosToken",
            "eosTokenId",
            "parameter",
            "fromStep",
            "limit",
            "gradientNoiseScale",
            "modelFlops",
            "mfu",
            "hfu",
            "evaluate",
            "parameters",
            "deviceKind",
            "validationLoss",
            // of an answer: nothing to show yet
            "text",
            // of a token: the very first one of a prompt has none
            "logprob");
    /** What a run may lack that has not begun. */
    private static final Set<String> OPTIONAL_OF_A_RUN = Set.of(
            "reason",
            "totalSteps",
            "parameters",
            "devices",
            "deviceKind",
            "mesh",
            "phase",
            "loss",
            "validationLoss",
            "bestValidationLoss",
            "tokensPerSecond",
            "started",
            "finished");

    /** What an evaluation may lack that has not begun. */
    private static final Set<String> OPTIONAL_OF_AN_EVALUATION = Set.of(
            "reason",
            "run",
            "step",
            "served",
            "tokenizerHash",
            "documentsPerSecond",
            "secondsLeft",
            "receipt",
            "started",
            "finished");
    /** Passed on whole. */
    private static final Set<String> OPAQUE = Set.of("configuration", "receipt");

    @TestFactory
    Stream<DynamicTest> aMissingRequiredFieldIsNamed() {
        return Examples.ALL.entrySet().stream()
                .map(example -> DynamicTest.dynamicTest(example.getKey(), () -> {
                    var type = Examples.readAs(example.getValue());
                    var tree = JSON.readTree(MessageCodec.write(example.getValue()));
                    for (var field : requiredFields(tree, new ArrayList<>())) {
                        var removed = field.parent().remove(field.name());
                        assertThatThrownBy(
                                        () -> MessageCodec.read(tree.toString().getBytes(UTF_8), type))
                                .as("without '%s'", field.name())
                                .isInstanceOf(MalformedMessageException.class)
                                .hasMessageMatching(
                                        field.name().equals("type")
                                                ? ".*missing type id property 'type'.*"
                                                : "(at '.*': )?'" + field.name() + "' is missing");
                        field.parent().set(field.name(), removed);
                    }
                }));
    }

    private record Field(ObjectNode parent, String name) {}

    /** The required fields of a message and of what it holds, of each list the first element. */
    private static List<Field> requiredFields(JsonNode node, List<Field> found) {
        switch (node) {
            case ObjectNode object -> {
                for (var field : List.copyOf(object.properties())) {
                    boolean optional = (OPTIONAL.contains(field.getKey()) && !isTextOfItself(object, field.getKey()))
                            || isOptionalHere(object, field.getKey());
                    boolean oneOfTwo = isPrompt(object);
                    boolean tokenId = field.getKey().matches("\\d+");
                    if (!optional && !oneOfTwo && !tokenId) {
                        found.add(new Field(object, field.getKey()));
                    }
                    if (!OPAQUE.contains(field.getKey())
                            && !(field.getKey().equals("metrics")
                                    && field.getValue().isObject())) {
                        requiredFields(field.getValue(), found);
                    }
                }
            }
            case ArrayNode array -> {
                if (!array.isEmpty()) {
                    requiredFields(array.get(0), found);
                }
            }
            default -> {
                // A number, a text, a flag.
            }
        }
        return found;
    }

    /** Where the text is the message, it can't be left out; nor can a score. */
    private static boolean isTextOfItself(ObjectNode object, String name) {
        var type = object.path("type").asText();
        return (name.equals("text") && (type.equals("tokenize") || type.equals("detokenized")))
                || (name.equals("logprob") && (object.has("tokenLogprobs") || object.size() == 3 && !object.has("top")))
                || (name.equals("logprob") && object.size() == 2 && object.has("greedy"))
                || (name.equals("text") && object.path("context").isInt());
    }

    /** What another message must have. */
    private static boolean isOptionalHere(ObjectNode object, String name) {
        return (object.has("launcher") && OPTIONAL_OF_A_RUN.contains(name))
                || (object.has("settings") && object.has("results") && OPTIONAL_OF_AN_EVALUATION.contains(name))
                || (object.has("tasks")
                        && Set.of("protocols", "fewShot", "fewShotSeed").contains(name))
                || (object.has("requestHash") && name.equals("scores"))
                || (object.has("higherIsBetter") && name.equals("standardError"))
                || (object.has("kind")
                        && Set.of("data", "documents", "source", "licence").contains(name))
                || (object.has("contexts") && Set.of("gold", "target").contains(name))
                || (object.path("context").isInt() && Set.of("tokens", "greedy").contains(name))
                || switch (object.path("type").asText()) {
                    case "publish" -> name.equals("step");
                    case "generate", "score" -> name.equals("identity");
                    case "evaluate" -> name.equals("evaluation");
                    case "documents" -> Set.of("from", "differing").contains(name);
                    case "verify" -> name.equals("sample");
                    default -> false;
                };
    }

    private static boolean isPrompt(ObjectNode object) {
        return object.size() == 1 && (object.has("text") || object.has("ids"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"tokenize"                                                                      | not JSON: Unexpected end-of-input
            not json                                                                                | not JSON: Unrecognized token 'not'
            {"type":"describe-models","requestId":"a"} {}                                           | Trailing token
            {"type":"describe-models","requestId":"a","requestId":"b"}                              | Duplicate field 'requestId'
            {"requestId":"a","requestId":"b","type":"describe-models"}                              | Duplicate field 'requestId'
            []                                                                                      | PromptRequest
            "text"                                                                                  | PromptRequest
            null                                                                                    | the record is the JSON value null
            {"type":"sing","requestId":"a"}                                                         | 'sing'
            {"type":"describe-models","requestId":null}                                             | 'requestId' is missing
            {"type":"describe-models","requestId":{"a":1}}                                          | at 'requestId'
            {"type":"tokenize","requestId":"a","model":"m","text":["x"]}                            | at 'text'
            {"type":"tokenize","requestId":"a","model":"m","text":"x","addSpecialTokens":"yes"}     | at 'addSpecialTokens'
            {"type":"tokenize","requestId":"a","model":"m","text":"x","addSpecialTokens":null}      | at 'addSpecialTokens'
            {"type":"detokenize","requestId":"a","model":"m","ids":"1 2"}                           | at 'ids'
            {"type":"detokenize","requestId":"a","model":"m","ids":[1,"2"]}                         | at 'ids
            {"type":"detokenize","requestId":"a","model":"m","ids":[1,2.5]}                         | at 'ids
            {"type":"detokenize","requestId":"a","model":"m","ids":[1,null]}                        | at 'ids
            {"type":"detokenize","requestId":"a","model":"m","ids":[4294967296]}                    | at 'ids
            {"type":"score","requestId":"a","model":"m","context":{},"continuations":[]}            | at 'context': a prompt holds either text or ids
            {"type":"score","requestId":"a","model":"m","context":{"text":"x","ids":[1]},"continuations":[]} | at 'context': a prompt holds either text or ids
            {"type":"score","requestId":"a","model":"m","context":{"text":"x"},"continuations":[]}  | 'continuations' is empty
            {"type":"score","requestId":"a","model":"m","priority":"urgent","context":{"text":"x"},"continuations":[{"text":"y"}]} | at 'priority'
            {"type":"score","requestId":"a","model":"m","deadline":"tomorrow","context":{"text":"x"},"continuations":[{"text":"y"}]} | at 'deadline'
            """)
    void aPromptRequestThatIsNoneIsRefusedWithTheReason(String json, String reason) {
        assertThatThrownBy(() -> MessageCodec.read(json.getBytes(UTF_8), PromptRequest.class))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            temperature       | -0.1          | 'temperature' is -0.1, it must be a finite number of at least 0
            temperature       | "NaN"         | 'temperature' is NaN, it must be a finite number of at least 0
            temperature       | 1e999         | 'temperature' is Infinity, it must be a finite number of at least 0
            temperature       | "0.5"         | at 'options.sampling.temperature'
            topK              | -1            | 'topK' is -1, it must be at least 0
            topK              | 1.5           | at 'options.sampling.topK'
            topP              | 0             | 'topP' is 0.0, it must be above 0 and at most 1
            topP              | 1.1           | 'topP' is 1.1, it must be above 0 and at most 1
            minP              | 2             | 'minP' is 2.0, it must be from 0 to 1
            repetitionPenalty | 0             | 'repetitionPenalty' is 0.0, it must be a finite number above 0
            presencePenalty   | "Infinity"    | 'presencePenalty' is not finite
            frequencyPenalty  | "-Infinity"   | 'frequencyPenalty' is not finite
            seed              | 1.5           | at 'options.sampling.seed'
            seed              | 9223372036854775808 | at 'options.sampling.seed'
            logitBias         | {"a":1}       | at 'options.sampling.logitBias
            logitBias         | {"1":null}    | options.sampling
            logitBias         | {"1":"NaN"}   | 'logitBias' of token 1 is not finite
            """)
    void aSamplingThatCannotBeIsRefusedWithTheValueAndTheLimit(String field, String value, String reason)
            throws Exception {
        var tree = JSON.readTree(MessageCodec.write(Examples.ALL.get("inference-generate-least")));
        ((ObjectNode) tree.at("/options/sampling"))
                .set(field, JSON.readTree("[0]").get(0));
        var json = tree.toString().replace("\"" + field + "\":0", "\"" + field + "\":" + value);

        assertThatThrownBy(() -> MessageCodec.read(json.getBytes(UTF_8), InferenceRequest.class))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"submit","requestId":"a","configuration":[]}                    | at 'configuration'
            {"type":"submit","requestId":"a","configuration":{}}                    | 'configuration.name' is missing
            {"type":"submit","requestId":"a","configuration":{"name":7}}            | 'configuration.name' is missing
            {"type":"submit","requestId":"a","configuration":{"name":"a/b"}}        | 'configuration.name' is 'a/b', it must be
            {"type":"submit","requestId":"a","configuration":{"name":"Tales"}}      | 'configuration.name' is 'Tales', it must be
            {"type":"history","requestId":"a","run":"tales","limit":0}              | 'limit' is 0, it must be from 1 to 10000
            {"type":"history","requestId":"a","run":"tales","limit":10001}          | 'limit' is 10001, it must be from 1 to 10000
            """)
    void aTrainingCommandThatIsNoneIsRefusedWithTheReason(String json, String reason) {
        assertThatThrownBy(() -> MessageCodec.read(json.getBytes(UTF_8), TrainingCommand.class))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"evaluate","requestId":"a","tasks":["piqa"]}                                     | 'model' is missing
            {"type":"evaluate","requestId":"a","model":"m"}                                          | 'tasks' is missing
            {"type":"evaluate","requestId":"a b","model":"m","tasks":["piqa"]}                       | 'evaluation' is 'a b', it must be
            {"type":"evaluate","requestId":"a","evaluation":"../b","model":"m","tasks":["piqa"]}     | 'evaluation' is '../b', it must be
            {"type":"evaluate","requestId":"a","model":"m","tasks":[]}                               | 'tasks' has 0 names, it must have 1 to 256
            {"type":"evaluate","requestId":"a","model":"m","tasks":["piqa","piqa"]}                  | 'tasks' names one of [piqa, piqa] twice
            {"type":"evaluate","requestId":"a","model":"m","tasks":"piqa"}                           | at 'tasks'
            {"type":"evaluate","requestId":"a","model":"m","tasks":["piqa"],"protocols":["paper"]}   | "paper": not one of the values accepted for Enum class: [harness, mtj-2021]
            {"type":"evaluate","requestId":"a","model":"m","tasks":["piqa"],"protocols":[]}          | 'protocols' is [], it must name one or more, each once
            {"type":"evaluate","requestId":"a","model":"m","tasks":["piqa"],"limit":0}               | 'limit' is 0, it must be at least 1
            {"type":"evaluate","requestId":"a","model":"m","tasks":["piqa"],"limit":"all"}           | at 'limit'
            {"type":"evaluate","requestId":"a","model":"m","tasks":["piqa"],"fewShot":129}           | 'fewShot' is 129, it must be from 0 to 128
            {"type":"evaluate","requestId":"a","model":"m","model":"n","tasks":["piqa"]}             | Duplicate field 'model'
            {"type":"documents","requestId":"a","evaluation":"b","task":"c","limit":101}             | 'limit' is 101, it must be from 1 to 100
            {"type":"documents","requestId":"a","evaluation":"b","task":"c","from":-1}               | 'from' is -1, it must be at least 0
            {"type":"verify","requestId":"a","receipt":"x"}                                          | at 'receipt'
            {"type":"verify","requestId":"a","receipt":{},"sample":0}                                | 'sample' is 0, it must be at least 1
            {"type":"judge","requestId":"a"}                                                         | 'judge'
            """)
    void anEvaluationCommandThatIsNoneIsRefusedWithTheReason(String json, String reason) {
        assertThatThrownBy(() -> MessageCodec.read(json.getBytes(UTF_8), EvaluationCommand.class))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aNameInAnEvaluationCommandHasALimit() {
        var json = """
                {"type":"evaluate","requestId":"a","evaluation":"%s","model":"%s","tasks":["piqa","%s"]}""";
        refusedName(
                json.formatted("n".repeat(129), "m", "t"), "'evaluation' has 129 characters, it must have 1 to 128");
        refusedName(json.formatted("e", "m".repeat(257), "t"), "'model' has a name of 257 characters, it may have 256");
        refusedName(json.formatted("e", "m", "t".repeat(257)), "'tasks' has a name of 257 characters, it may have 256");
    }

    private static void refusedName(String json, String reason) {
        assertThatThrownBy(() -> MessageCodec.read(json.getBytes(UTF_8), EvaluationCommand.class))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aResultHoldsEitherScoresOrAText() {
        var json = """
                {"requestHash":"a","identity":"b","tokenizerHash":"c","time":"2030-01-02T03:04:05Z"%s}""";
        for (var content : List.of("", ",\"text\":\"x\",\"scores\":[]")) {
            assertThatThrownBy(() -> MessageCodec.read(json.formatted(content).getBytes(UTF_8), EvaluationResult.class))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessage("a result holds either scores or a text");
        }
    }

    @Test
    void aRecordWithoutAValueIsRefused() {
        assertThatThrownBy(() -> MessageCodec.read(null, AnswerBatch.class)).hasMessage("the record has no value");
        assertThatThrownBy(() -> MessageCodec.read(new byte[0], AnswerBatch.class))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        var json = "{\"type\":\"describe-models\",\"requestId\":\"?\"}".getBytes(UTF_8);
        json[json.length - 3] = (byte) 0xff;

        assertThatThrownBy(() -> MessageCodec.read(json, PromptRequest.class))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void nestingWithoutEndIsRefused() {
        var json = "{\"type\":\"describe-models\",\"requestId\":\"a\",\"x\":" + "[".repeat(100_000);

        assertThatThrownBy(() -> MessageCodec.read(json.getBytes(UTF_8), PromptRequest.class))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("nesting depth");
    }

    @Test
    void theReasonIsShortAndCanBeSent() {
        var json = "{\"type\":\"" + "x".repeat(10_000) + "\\ud800\",\"requestId\":\"a\"}";
        assertThatThrownBy(() -> MessageCodec.read(json.getBytes(UTF_8), PromptRequest.class))
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(500));

        var surrogate = "{\"type\":\"\\ud800\",\"requestId\":\"a\"}";
        assertThatThrownBy(() -> MessageCodec.read(surrogate.getBytes(UTF_8), PromptRequest.class))
                .satisfies(e -> MessageCodec.write(
                        new AnswerEvent.Failed("a", FailureCode.INVALID_REQUEST, e.getMessage(), null)));
    }

    @Test
    void theReasonNamesNoClassesOfOurs() {
        var seen = new HashSet<String>();
        for (var json : List.of(
                "{\"type\":\"sing\"}",
                "[]",
                "{\"type\":\"tokenize\",\"requestId\":1,\"model\":[]}",
                "{\"type\":\"score\",\"requestId\":\"a\",\"model\":\"m\",\"priority\":\"urgent\"}")) {
            assertThatThrownBy(() -> MessageCodec.read(json.getBytes(UTF_8), PromptRequest.class))
                    .satisfies(e -> seen.add(e.getMessage()));
        }
        assertThat(seen).hasSize(4).noneMatch(reason -> reason.contains("io.meshtransformer"));
        assertThat(seen)
                .contains(
                        "at 'model': Cannot deserialize value of type `String` from Array value (token `JsonToken.START_ARRAY`)");
    }

    @Test
    void anInfiniteLogProbabilitySurvivesTheTrip() throws Exception {
        var batch = new AnswerBatch(
                List.of(new AnswerEvent.ChoiceFinished("a", 0, 1, "", FinishReason.LENGTH, Double.NEGATIVE_INFINITY)));

        assertThat(MessageCodec.read(MessageCodec.write(batch), AnswerBatch.class))
                .isEqualTo(batch);
    }
}
