package io.meshtransformer.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong, the answer has the right status and OpenAI's shape, and tells nothing of the inside. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class RefusalsTest {
    private static final String COMPLETIONS = "/v1/completions";
    private static final int MEGABYTE = 1_000_000;

    @TestHTTPResource
    URI base;

    private GatewayClient client;

    @BeforeEach
    void connect() {
        client = new GatewayClient(base).awaitReady();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            /v1/completions | hello                                              | 400 | invalid_json               |                  | the body is not JSON
            /v1/completions | {'model':'alphabet','prompt':'a'                   | 400 | invalid_json               |                  | the body is not JSON
            /v1/completions | []                                                 | 400 | invalid_json               |                  | the body is a list
            /v1/completions | {'model':'alphabet','model':'b'}                   | 400 | invalid_json               |                  | Duplicate field 'model'
            /v1/completions | {'prompt':'a'}                                     | 400 | missing_required_parameter | model            | 'model' is missing
            /v1/completions | {'model':'alphabet'}                               | 400 | missing_required_parameter | prompt           | 'prompt' is missing
            /v1/completions | {'model':'gpt-4','prompt':'a'}                     | 404 | model_not_found            | model            | 'gpt-4' does not exist; served: alphabet, ids-only
            /v1/completions | {'model':'alphabet','prompt':[]}                   | 400 | invalid_value              | prompt           | empty list
            /v1/completions | {'model':'alphabet','prompt':[[]]}                 | 400 | invalid_value              | prompt[0]        | empty list
            /v1/completions | {'model':'alphabet','prompt':5}                    | 400 | invalid_value              | prompt           | an integer
            /v1/completions | {'model':'alphabet','prompt':[128]}                | 400 | invalid_value              | prompt           | 128, the model 'alphabet' knows ids from 0 to 127
            /v1/completions | {'model':'alphabet','prompt':[3000000000]}         | 400 | invalid_value              | prompt[0]        | 3000000000
            /v1/completions | {'model':'alphabet','prompt':'\\ud800'}            | 400 | invalid_value              | prompt           | lone surrogate U+D800
            /v1/completions | {'model':'alphabet','prompt':'a','stop':['\\udfff']} | 400 | invalid_value            | stop[0]          | lone surrogate U+DFFF
            /v1/completions | {'model':'\\ud83d','prompt':'a'}                   | 400 | invalid_value              | model            | lone surrogate
            /v1/completions | {'model':'alphabet','prompt':'a','max_tokens':-1}  | 400 | invalid_value              | max_tokens       | -1
            /v1/completions | {'model':'alphabet','prompt':'a','max_tokens':1.5} | 400 | invalid_value              | max_tokens       | an integer
            /v1/completions | {'model':'alphabet','prompt':'a','max_tokens':513} | 400 | context_length_exceeded    | max_tokens       | 513, the model 'alphabet' takes 512
            /v1/completions | {'model':'alphabet','prompt':'abc','max_tokens':510} | 400 | context_length_exceeded  | prompt           | 3 tokens, the context 512
            /v1/completions | {'model':'alphabet','prompt':'abc','max_tokens':510,'stream':true} | 400 | context_length_exceeded | prompt | 3 tokens, the context 512
            /v1/completions | {'model':'alphabet','prompt':'a','max_tokens':1e400} | 400 | invalid_value            | max_tokens       | an integer
            /v1/completions | {'model':'alphabet','prompt':'a','temperature':NaN} | 400 | invalid_value             | temperature      | finite
            /v1/completions | {'model':'alphabet','prompt':'a','temperature':-Infinity} | 400 | invalid_value       | temperature      | finite
            /v1/completions | {'model':'alphabet','prompt':'a','temperature':1e999} | 400 | invalid_value           | temperature      | finite
            /v1/completions | {'model':'alphabet','prompt':'a','temperature':'hot'} | 400 | invalid_value           | temperature      | a number
            /v1/completions | {'model':'alphabet','prompt':'a','suffix':'b'}     | 400 | unsupported_parameter      | suffix           | not supported
            /v1/completions | {'model':'alphabet','prompt':'a','logit_bias':{'128':1}} | 400 | invalid_value        | logit_bias       | 128
            /v1/completions | {'model':'alphabet','prompt':'a','best_of':2,'stream':true} | 400 | invalid_value     | best_of          | stream
            /v1/completions | {'model':'alphabet','prompt':'a','n':1000}         | 400 | invalid_value              | n                | 1000, it must be from 1 to 128
            /v1/completions | {'model':'alphabet','prompt':'a','stream_options':{'include_usage':true}} | 400 | invalid_value | stream_options | stream
            /v1/completions | {'model':'ids-only','prompt':'a'}                  | 400 | tokenizer_unavailable      | prompt           | has no tokenizer
            /v1/completions | {'model':'ids-only','prompt':[1],'stop':'a'}       | 400 | tokenizer_unavailable      | stop             | has no tokenizer
            /v1/score       | {}                                                 | 400 | missing_required_parameter | model            | 'model' is missing
            /v1/score       | {'model':'x','context':'a','continuations':['b']}  | 404 | model_not_found            | model            | 'x'
            /v1/score       | {'model':'alphabet','context':'a'}                 | 400 | missing_required_parameter | continuations    | missing
            /v1/score       | {'model':'alphabet','context':'a','continuations':[]} | 400 | invalid_value           | continuations    | empty list
            /v1/score       | {'model':'alphabet','context':'a','continuations':['b','']} | 400 | invalid_value     | continuations[1] | nothing to score
            /v1/score       | {'model':'alphabet','context':'a','continuations':[[1]]} | 400 | invalid_value        | continuations    | all texts or all lists
            /v1/score       | {'model':'alphabet','context':[],'continuations':[[1]]} | 400 | invalid_value         | context          | empty list
            /v1/score       | {'model':'alphabet','context':[128],'continuations':[[1]]} | 400 | invalid_value      | context          | 128
            /v1/score       | {'model':'alphabet','context':'a','continuations':'b'} | 400 | invalid_value          | continuations    | a text, it must be a list
            /v1/score       | {'model':'ids-only','context':'a','continuations':['b']} | 400 | tokenizer_unavailable | context         | has no tokenizer
            /tokenize       | {}                                                 | 400 | missing_required_parameter | prompt           | missing
            /tokenize       | {'model':'none','prompt':'a'}                      | 404 | model_not_found            | model            | served: alphabet, ids-only
            /tokenize       | {'model':'ids-only','prompt':'a'}                  | 400 | tokenizer_unavailable      | model            | has no tokenizer
            /tokenize       | {'model':'alphabet','prompt':['a']}                | 400 | invalid_value              | prompt           | a list
            /tokenize       | {'model':'alphabet','prompt':'a','add_special_tokens':1} | 400 | invalid_value        | add_special_tokens | true or false
            /detokenize     | {'model':'alphabet'}                               | 400 | missing_required_parameter | tokens           | missing
            /detokenize     | {'model':'alphabet','tokens':'a'}                  | 400 | invalid_value              | tokens           | a text, it must be a list
            /detokenize     | {'model':'alphabet','tokens':[-1]}                 | 400 | invalid_value              | tokens[0]        | -1
            /detokenize     | {'model':'alphabet','tokens':[1,500]}              | 400 | invalid_value              | tokens           | 500
            """)
    void aWrongBody(String path, String body, int status, String code, String parameter, String message) {
        assertRefused(client.post(path, body), status, code, parameter, message);
    }

    static Stream<Arguments> wrongBytes() {
        var deep = "{\"anything\":" + "[".repeat(100_000);
        var manyPrompts =
                "{\"model\":\"alphabet\",\"prompt\":[" + String.join(",", Collections.nCopies(10_000, "\"a\"")) + "]}";
        var longPrompt = "{\"model\":\"alphabet\",\"prompt\":\"" + "a".repeat(10_000) + "\"}";
        var hugePrompt = "{\"model\":\"alphabet\",\"prompt\":\"" + "a".repeat(1_000_000) + "\"}";
        var manyIds = "{\"model\":\"alphabet\",\"prompt\":[" + String.join(",", Collections.nCopies(600, "5")) + "]}";
        return Stream.of(
                Arguments.of(new byte[0], "invalid_json", "the body is empty"),
                Arguments.of(withPrompt(0xE2, 0x82), "invalid_json", "not UTF-8"),
                Arguments.of(withPrompt(0xED, 0xA0, 0x80), "invalid_json", "not UTF-8"),
                Arguments.of(bytes(deep), "invalid_json", "nesting"),
                Arguments.of(bytes(manyPrompts), "invalid_value", "has 10000 prompts, at most 2048"),
                Arguments.of(bytes(longPrompt), "context_length_exceeded", "10000"),
                Arguments.of(bytes(hugePrompt), "context_length_exceeded", "1000000 characters, more than the 512"),
                Arguments.of(bytes(manyIds), "context_length_exceeded", "600 token ids and 16 more"),
                Arguments.of("\u0000\u0000".getBytes(StandardCharsets.UTF_16), "invalid_json", "UTF-8"));
    }

    @ParameterizedTest
    @MethodSource("wrongBytes")
    void aBodyOfWrongBytes(byte[] body, String code, String message) {
        var response = client.post(COMPLETIONS, body);

        assertThat(response.statusCode()).isEqualTo(400);
        var error = error(response);
        assertThat(error.at("/code").asText()).isEqualTo(code);
        assertThat(error.at("/message").asText()).contains(message);
    }

    @Test
    void aBodyOf20MegabytesIsRefusedAndTheConnectionGoesOn() {
        var body = new byte[20 * MEGABYTE];

        assertRefused(client.post(COMPLETIONS, body), 413, "request_too_large", null, "16777216");
        assertRefused(client.post("/tokenize", body), 413, "request_too_large", null, "20000000");
        assertThat(client.get("/v1/models").statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyThatDoesNotTellItsLengthIsRefusedAtTheLimit() {
        var chunks = IntStream.range(0, 20).mapToObj(_ -> new byte[MEGABYTE]).toList();

        var response = client.send(client.request(COMPLETIONS)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArrays(chunks)));

        assertRefused(response, 413, "request_too_large", null, "16777216");
    }

    @Test
    void whatIsNowhereIsA404() {
        assertRefused(client.get("/nothing"), 404, "unknown_url", null, "'/nothing'");
        assertRefused(client.get("/v1/nothing"), 404, "unknown_url", null, "'/v1/nothing'");
        assertRefused(client.get("/v1/models/none"), 404, "model_not_found", "model", "'none'");
        assertRefused(client.post("/v1/chat/completions", "{}"), 404, "unknown_url", null, "chat");
    }

    @Test
    void aMethodThatAPathDoesNotTakeIsA405() {
        assertRefused(client.get(COMPLETIONS), 405, "method_not_allowed", null, "GET");
        assertRefused(client.post("/v1/models", "{}"), 405, "method_not_allowed", null, "POST");
        assertRefused(client.send(client.request(COMPLETIONS).DELETE()), 405, "method_not_allowed", null, "DELETE");
    }

    @Test
    void aBodyOfAnotherTypeIsA415AndOneOfNoTypeIsTakenForJson() {
        var form = client.send(client.request(COMPLETIONS)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        var none = client.send(client.request("/tokenize").POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertRefused(form, 415, "unsupported_media_type", null, "application/json");
        assertRefused(none, 400, "missing_required_parameter", "prompt", "missing");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            true  | nonsense                                                       | 400 | invalid_value    | no id of an event
            true  | 0.0.0.0.cmpl-x                                                 | 400 | invalid_value    | no id of an event
            true  | 0.0.0.0.cmpl-01a207b7-1136-7568-a865-bdfb189ca88d.1            | 400 | invalid_value    | no id of an event
            false | 0.0.0.0.cmpl-01a207b7-1136-7568-a865-bdfb189ca88d              | 400 | invalid_value    | 'stream' must be true
            true  | 0.999999999.1.0.cmpl-01a207b7-1136-7568-a865-bdfb189ca88d      | 404 | stream_not_found | offset 999999999
            true  | 99.0.1.0.cmpl-01a207b7-1136-7568-a865-bdfb189ca88d             | 404 | stream_not_found | partition 99
            """)
    void aPlaceToGoOnFromThatIsNone(boolean stream, String lastEventId, int status, String code, String message) {
        var response = client.send(client.request(COMPLETIONS)
                .header("Content-Type", "application/json")
                .header("Last-Event-ID", lastEventId)
                .POST(BodyPublishers.ofString("{\"model\":\"alphabet\",\"prompt\":\"a\",\"stream\":" + stream + "}")));

        assertRefused(response, status, code, "Last-Event-ID", message);
    }

    private static void assertRefused(
            HttpResponse<String> response, int status, String code, String parameter, String message) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        var error = error(response);
        assertThat(error.at("/code").asText()).isEqualTo(code);
        assertThat(error.at("/param").asText(null)).isEqualTo(parameter);
        assertThat(error.at("/message").asText()).contains(message);
    }

    /** The error of a response that has OpenAI's shape. */
    private static JsonNode error(HttpResponse<String> response) {
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        var body = GatewayClient.json(response.body());
        assertThat(body.fieldNames()).toIterable().containsExactly("error");
        assertThat(body.get("error").fieldNames()).toIterable().containsExactly("message", "type", "param", "code");
        assertThat(body.at("/error/type").asText()).isEqualTo("invalid_request_error");
        assertThat(response.body()).doesNotContain("Exception", "io.meshtransformer", "\\tat ");
        return body.get("error");
    }

    private static byte[] withPrompt(int... prompt) {
        var begin = bytes("{\"model\":\"alphabet\",\"prompt\":\"");
        var body = new byte[begin.length + prompt.length + 2];
        System.arraycopy(begin, 0, body, 0, begin.length);
        for (int i = 0; i < prompt.length; i++) {
            body[begin.length + i] = (byte) prompt[i];
        }
        body[body.length - 2] = '"';
        body[body.length - 1] = '}';
        return body;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
