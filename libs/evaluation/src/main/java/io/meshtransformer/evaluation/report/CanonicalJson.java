package io.meshtransformer.evaluation.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.files.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;

/**
 * The one way to write a value as JSON, so that the same value is the same bytes: keys in the order of their UTF-16
 * units, no white space, whole numbers below 2^53 without fraction or exponent, other numbers by
 * {@link Double#toString(double)}, texts with the escapes that JSON demands and no others. A value that went through
 * another program's JSON (a browser, Python, PostgreSQL) has the same bytes here as before.
 */
public final class CanonicalJson {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final double WHOLE = 0x1p53;

    private CanonicalJson() {}

    /**
     * UTF-8.
     *
     * @throws IllegalArgumentException if there is a number beyond all numbers in it
     */
    public static byte[] bytes(JsonNode value) {
        var json = new StringBuilder();
        write(value, json);
        return json.toString().getBytes(UTF_8);
    }

    /** Of a value that {@link MessageCodec} can write. */
    public static byte[] bytes(Object value) {
        try {
            return bytes(MAPPER.readTree(MessageCodec.write(value)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SHA-256 (hexadecimal) of the bytes. */
    public static String hash(JsonNode value) {
        return Sha256.of(bytes(value));
    }

    private static void write(JsonNode value, StringBuilder json) {
        switch (value.getNodeType()) {
            case OBJECT -> writeObject(value, json);
            case ARRAY -> writeArray(value, json);
            case NUMBER -> json.append(number(value));
            case STRING -> json.append(text(value.textValue()));
            case BOOLEAN, NULL -> json.append(value);
            case BINARY, MISSING, POJO ->
                throw new IllegalArgumentException("not a value of JSON: " + value.getNodeType());
        }
    }

    private static void writeObject(JsonNode object, StringBuilder json) {
        var keys = new ArrayList<String>();
        object.fieldNames().forEachRemaining(keys::add);
        keys.sort(null);
        var separator = "{";
        for (var key : keys) {
            json.append(separator).append(text(key)).append(':');
            write(object.get(key), json);
            separator = ",";
        }
        json.append(keys.isEmpty() ? "{}" : "}");
    }

    private static void writeArray(JsonNode array, StringBuilder json) {
        json.append('[');
        for (var i = 0; i < array.size(); i++) {
            if (i > 0) {
                json.append(',');
            }
            write(array.get(i), json);
        }
        json.append(']');
    }

    private static String number(JsonNode number) {
        if (number.isIntegralNumber()) {
            return number.bigIntegerValue().toString();
        }
        var value = number.doubleValue();
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("JSON has no number " + value);
        }
        return value == Math.rint(value) && Math.abs(value) < WHOLE
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static String text(String text) {
        try {
            return MAPPER.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
