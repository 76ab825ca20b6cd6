package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** How commands write. */
final class Output {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Output() {}

    static String json(Object value) throws JsonProcessingException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    }

    /** In quotes, so that white space is seen; bytes that are no characters stand as they are. */
    static String piece(String text) throws JsonProcessingException {
        return text.startsWith("bytes:\\x") ? text : JSON.writeValueAsString(text);
    }
}
