package io.meshtransformer.local.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What must not work, over real HTTP against the whole suite: always OpenAI's error shape, and the suite serves on. */
abstract class RefusesBadInput {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MEBIBYTE = 1 << 20;

    private final RunningSuite suite = OneSuiteIT.suite();

    @AfterEach
    void theSuiteServesOn() throws Exception {
        var answer = suite.completions()
                .complete(Completions.request("stories").put("prompt", "Once").put("max_tokens", 1));
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(1);
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                arguments("not JSON", "once upon a time", 400, "JSON"),
                arguments("half of a JSON object", "{\"model\": \"stories\", \"prompt\": \"On", 400, "JSON"),
                arguments("an empty body", "", 400, ""),
                arguments("a list instead of an object", "[1, 2]", 400, "object"),
                arguments("two objects", "{} {}", 400, ""),
                arguments("no model", "{\"prompt\": \"Once\"}", 400, "model"),
                arguments("a model of the wrong type", "{\"model\": 7, \"prompt\": \"Once\"}", 400, "model"),
                arguments("an unknown model", with("'model': 'gpt-5'"), 404, "gpt-5"),
                arguments("a prompt of the wrong type", with("'prompt': {'text': 'Once'}"), 400, "prompt"),
                arguments("a prompt that mixes texts and ids", with("'prompt': ['Once', 7]"), 400, "prompt"),
                arguments("ids that are no integers", with("'prompt': [1.5]"), 400, "prompt"),
                arguments("an id that the model has not", with("'prompt': [4096]"), 400, "4096"),
                arguments("a negative id", with("'prompt': [-1]"), 400, "-1"),
                arguments("a prompt that is too long", with("'prompt': '" + "word ".repeat(400) + "'"), 400, "256"),
                arguments("max_tokens below zero", with("'max_tokens': -1"), 400, "-1"),
                arguments("max_tokens beyond the context", with("'max_tokens': 257"), 400, "256"),
                arguments("max_tokens beyond an int", with("'max_tokens': 99999999999"), 400, "max_tokens"),
                arguments("max_tokens of the wrong type", with("'max_tokens': 'many'"), 400, "max_tokens"),
                arguments("a temperature that is no number", with("'temperature': NaN"), 400, ""),
                arguments("a temperature in words", with("'temperature': 'NaN'"), 400, "temperature"),
                arguments("an endless temperature", with("'temperature': 1e999"), 400, "temperature"),
                arguments("a negative temperature", with("'temperature': -0.1"), 400, "temperature"),
                arguments("top_p of nothing", with("'top_p': 0"), 400, "top_p"),
                arguments("a suffix", with("'suffix': ' The end.'"), 400, "suffix"),
                arguments("n below one", with("'n': 0"), 400, "'n'"),
                arguments("best_of less than n", with("'n': 3, 'best_of': 2"), 400, "best_of"),
                arguments("too many alternatives", with("'logprobs': 1000"), 400, "logprobs"),
                arguments("logit_bias for no id", with("'logit_bias': {'dog': 1}"), 400, "dog"),
                arguments("a lone surrogate", with("'prompt': 'a \\ud83d b'"), 400, "surrogate"),
                arguments("bytes that are no UTF-8", "\u00ff\u00fe", 400, ""),
                arguments(
                        "a batch of 10,000 prompts",
                        with("'prompt': [" + "'Once', ".repeat(9_999) + "'Once']"),
                        400,
                        "10000"),
                arguments("nested a thousand deep", "[".repeat(5_000), 400, ""),
                arguments("a body of 20 MB", with("'prompt': '" + "a".repeat(20 * MEBIBYTE) + "'"), 413, ""));
    }

    /** A request that is right but for what is given; in single quotes for the eyes. */
    private static String with(String fields) {
        var given = "{" + fields.replace('\'', '"') + "}";
        var model = given.contains("\"model\"") ? "" : "\"model\": \"stories\", ";
        var prompt = given.contains("\"prompt\"") ? "" : "\"prompt\": \"Once\", ";
        var length = given.contains("\"max_tokens\"") ? "" : "\"max_tokens\": 4, ";
        return "{" + model + prompt + length + given.substring(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void isRefusedInTheShapeOfOpenAi(String what, String body, int status, String inMessage) throws Exception {
        var response = suite.completions().post("/v1/completions", body.getBytes(StandardCharsets.ISO_8859_1));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        requireErrorShape(JSON.readTree(response.body()));
        assertThat(JSON.readTree(response.body()).at("/error/message").asText())
                .as("names what is wrong")
                .contains(inMessage)
                .hasSizeLessThan(1_000);
    }

    @Test
    void anUnknownPathIsRefusedInTheSameShape() throws Exception {
        var response = suite.completions().post("/v1/chat/completions", "{}".getBytes(StandardCharsets.UTF_8));

        assertThat(response.statusCode()).isEqualTo(404);
        requireErrorShape(JSON.readTree(response.body()));
    }

    private static void requireErrorShape(JsonNode body) {
        assertThat(body.fieldNames()).toIterable().containsExactly("error");
        assertThat(body.get("error").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(body.at("/error/message").asText())
                .isNotBlank()
                .doesNotContain("Exception", "\tat ", "io.meshtransformer");
    }
}
