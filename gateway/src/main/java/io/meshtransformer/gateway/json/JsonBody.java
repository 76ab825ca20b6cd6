package io.meshtransformer.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The JSON object of a request body, read field by field so that every refusal can name its field. */
public final class JsonBody {
    /** Deeper than any request of ours; a bomb of brackets ends here. */
    static final int MAX_DEPTH = 32;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Python writes NaN and Infinity; read here, they are refused with the name of their field.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private static final JsonFactory YAML = YAMLFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private static final ObjectMapper TREES = new ObjectMapper();

    private JsonBody() {}

    /**
     * Takes the fields of an object in the order of the body. A field it does not read is skipped, and one that is null
     * counts as absent.
     */
    @FunctionalInterface
    public interface Fields {
        void field(String name, JsonField value) throws IOException;
    }

    /** @throws ApiException if the bytes are not one JSON object in UTF-8, or {@code fields} refuses one of them */
    public static void read(byte[] body, Fields fields) {
        read(body, FACTORY, parser -> {
            object(parser, "", fields);
            return body;
        });
    }

    /**
     * The whole object, for whoever knows its fields.
     *
     * @throws ApiException if the bytes are not one JSON object in UTF-8
     */
    public static ObjectNode tree(byte[] body) {
        return read(body, FACTORY, TREES::readTree);
    }

    /**
     * The same of a body in YAML, where numbers like {@code 1e-4} are texts.
     *
     * @throws ApiException if the bytes are not one YAML mapping in UTF-8
     */
    public static ObjectNode yamlTree(byte[] body) {
        return read(body, YAML, TREES::readTree);
    }

    /** What is made of the object that the parser stands at the beginning of. */
    @FunctionalInterface
    interface Reading<T> {
        T read(JsonParser parser) throws IOException;
    }

    static <T> T read(byte[] body, JsonFactory format, Reading<T> reading) {
        if (!Utf8.isWellFormed(body)) {
            throw notJson("the body is not UTF-8");
        }
        try (var parser = format.createParser(body)) {
            var first = parser.nextToken();
            if (first == null) {
                throw notJson("the body is empty, it must be a %s object".formatted(format.getFormatName()));
            }
            if (first != JsonToken.START_OBJECT) {
                throw notJson("the body is %s, it must be a %s object"
                        .formatted(JsonField.kind(first), format.getFormatName()));
            }
            var result = reading.read(parser);
            if (parser.nextToken() != null) {
                throw notJson("the body goes on after its %s object".formatted(format.getFormatName()));
            }
            return result;
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            throw notJson("the body is not " + format.getFormatName() + ": "
                    + e.getOriginalMessage().lines().findFirst().orElse("")
                    + (place == null ? "" : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws ApiException if the value was not among the fields */
    public static void require(Object value, String name) {
        if (value == null) {
            throw new ApiException(ErrorKind.MISSING_FIELD, "'" + name + "' is missing", name);
        }
    }

    /** Reads the fields of the object the parser stands at the beginning of. */
    static void object(JsonParser parser, String prefix, Fields fields) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            fields.field(name, new JsonField(parser, prefix + name));
            // Where the field was read the parser stands at its end, and this does nothing.
            parser.skipChildren();
        }
    }

    private static ApiException notJson(String message) {
        return new ApiException(ErrorKind.INVALID_JSON, message);
    }
}
