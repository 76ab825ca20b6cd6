package io.meshtransformer.contracts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;

/** Messages to JSON bytes (UTF-8) and back. Unknown fields are ignored; a missing required one is an error by name. */
public final class MessageCodec {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private MessageCodec() {}

    public static byte[] write(Object message) {
        try {
            return MAPPER.writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a " + message.getClass().getSimpleName() + " cannot be written", e);
        }
    }

    /** @throws MalformedMessageException if the bytes are not JSON, or a field is missing or has a wrong type or value */
    public static <T> T read(byte[] json, Class<T> type) throws MalformedMessageException {
        if (json == null) {
            throw new MalformedMessageException("the record has no value", null);
        }
        T message;
        try {
            message = MAPPER.readValue(json, type);
        } catch (ValueInstantiationException e) {
            var why =
                    e.getCause() == null ? e.getOriginalMessage() : e.getCause().getMessage();
            throw new MalformedMessageException(place(e) + why, e);
        } catch (JsonMappingException e) {
            throw new MalformedMessageException(place(e) + firstLine(e.getOriginalMessage()), e);
        } catch (JsonProcessingException e) {
            throw new MalformedMessageException("not JSON: " + firstLine(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (message == null) {
            throw new MalformedMessageException("the record is the JSON value null", null);
        }
        return message;
    }

    private static String place(JsonMappingException e) {
        var path = e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "" : "at '" + path + "': ";
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
