package io.meshtransformer.contracts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Messages to JSON bytes (UTF-8) and back. Unknown fields are ignored; a missing required one is an error by name.
 * Required are components of a primitive type, and whatever a message's own constructor asks for.
 */
public final class MessageCodec {
    private static final int LONGEST_REASON = 400;
    /** What Jackson says about classes and its own settings. */
    private static final Pattern IMPLEMENTATION =
            Pattern.compile("io\\.meshtransformer\\.contracts\\.|java\\.lang\\.| \\(set Deserialization[^)]*\\)");

    private static final Pattern MISSING = Pattern.compile("Missing required creator property ('[^']+').*");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .annotationIntrospector(new RequiredPrimitives())
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
            throw new MalformedMessageException(place(e) + readable(why), e);
        } catch (JsonMappingException e) {
            throw new MalformedMessageException(place(e) + readable(e.getOriginalMessage()), e);
        } catch (JsonProcessingException e) {
            throw new MalformedMessageException("not JSON: " + readable(e.getOriginalMessage()), e);
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

    /** One line of bounded length, in the words of the message and not of its classes, that can be sent as UTF-8. */
    private static String readable(String reason) {
        var line = reason.lines().findFirst().orElse("");
        line = MISSING.matcher(line).replaceFirst("$1 is missing");
        line = IMPLEMENTATION.matcher(line).replaceAll("");
        if (line.length() > LONGEST_REASON) {
            line = line.substring(0, LONGEST_REASON) + "...";
        }
        // A lone surrogate, quoted from the message, becomes a question mark.
        return new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** Says so by name when a number or a flag is left out; by itself Jackson complains of a null. */
    private static final class RequiredPrimitives extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasRequiredMarker(AnnotatedMember member) {
            return member.getRawType().isPrimitive() ? Boolean.TRUE : super.hasRequiredMarker(member);
        }
    }
}
