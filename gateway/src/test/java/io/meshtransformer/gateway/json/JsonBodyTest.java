package io.meshtransformer.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "hello",
                "{",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,}",
                "{'a':1}",
                "{\"a\":1} x",
                "{\"a\":1}{}",
                "[1]",
                "\"a\"",
                "null",
                "7",
                "{\"a\":\"\\q\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":01}",
                "{\"a\":1,\"a\":2}",
                "{\"\\ud800\":1,\"\\ud800\":2}",
                "{\"a\":\"line\nbreak\"}",
                "\0{}"
            })
    void whatIsNotOneJsonObjectIsRefused(String body) {
        assertThat(refusal(body.getBytes(StandardCharsets.UTF_8)).kind()).isEqualTo(ErrorKind.INVALID_JSON);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        var overlong = bytes(0xC0, 0x80);
        var surrogate = bytes(0xED, 0xA0, 0x80);
        var cutOff = bytes(0xE2, 0x82);
        var latin1 = bytes(0xE9, 'a');

        for (var each : new byte[][] {overlong, surrogate, cutOff, latin1}) {
            assertThat(refusal(inString(each))).hasMessage("the body is not UTF-8");
        }
        assertThat(refusal("{\"a\":1}".getBytes(StandardCharsets.UTF_16)).kind())
                .isEqualTo(ErrorKind.INVALID_JSON);
    }

    @Test
    void aBombOfBracketsIsRefusedAtItsLimit() {
        var bomb = "{\"x\":" + "[".repeat(1_000_000);

        assertThat(refusal(bomb.getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining(Integer.toString(JsonBody.MAX_DEPTH));
    }

    @Test
    void aNumberOfAMillionDigitsIsRefused() {
        var body = "{\"x\":" + "9".repeat(1_000_000) + "}";

        assertThat(refusal(body.getBytes(StandardCharsets.UTF_8)).kind()).isEqualTo(ErrorKind.INVALID_JSON);
    }

    @Test
    void aRefusalTellsTheLineAndColumn() {
        assertThat(refusal("{\n\"a\": tru}".getBytes(StandardCharsets.UTF_8))).hasMessageContaining("line 2");
    }

    @Test
    void aByteOrderMarkIsSkipped() {
        var names = new ArrayList<String>();

        JsonBody.read("\uFEFF{\"a\":1}".getBytes(StandardCharsets.UTF_8), (name, _) -> names.add(name));

        assertThat(names).containsExactly("a");
    }

    @Test
    void fieldsThatNobodyReadsAreSkippedWhole() {
        var names = new ArrayList<String>();
        var body = "{\"a\":{\"b\":[1,{\"c\":2}]},\"d\":[[]],\"e\":null,\"f\":3}";

        JsonBody.read(body.getBytes(StandardCharsets.UTF_8), (name, _) -> names.add(name));

        assertThat(names).containsExactly("a", "d", "f");
    }

    @Test
    void aRefusalCanAlwaysBeWrittenAsUtf8() {
        var refusal = refusal("{\"a\":1,\"\\ud800\":[}".getBytes(StandardCharsets.UTF_8));

        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(refusal.getMessage()))
                .isTrue();
    }

    private static ApiException refusal(byte[] body) {
        var refusal = catchThrowableOfType(ApiException.class, () -> JsonBody.read(body, (_, _) -> {}));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private static byte[] inString(byte[] bytes) {
        var body = new byte[bytes.length + 8];
        System.arraycopy("{\"a\":\"".getBytes(StandardCharsets.UTF_8), 0, body, 0, 6);
        System.arraycopy(bytes, 0, body, 6, bytes.length);
        body[body.length - 2] = '"';
        body[body.length - 1] = '}';
        return body;
    }

    private static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
