package io.meshtransformer.training.data.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.meshtransformer.training.data.DataException;
import java.io.IOException;
import java.util.ArrayList;

/** Takes the text out of a line of JSON: {@code {"text": "..."}}, or a list of paragraphs in place of the text. */
final class TextMember {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private TextMember() {}

    /** @throws DataException if the line is no object with such a text */
    static String of(RawPiece line, String key) throws IOException {
        try (var parser = JSON.createParser(line.bytes())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw invalid(line, "is not a JSON object", null);
            }
            String text = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                var name = parser.currentName();
                parser.nextToken();
                if (name.equals(key)) {
                    text = text(parser, line, key);
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw invalid(line, "has more behind its JSON object", null);
            }
            if (text == null) {
                throw invalid(line, "has no \"" + key + "\"", null);
            }
            return text;
        } catch (JsonProcessingException e) {
            throw invalid(line, "is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String text(JsonParser parser, RawPiece line, String key) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            var paragraphs = new ArrayList<String>();
            while (parser.nextToken() == JsonToken.VALUE_STRING) {
                paragraphs.add(parser.getText());
            }
            if (parser.currentToken() == JsonToken.END_ARRAY) {
                return String.join("\n\n", paragraphs);
            }
        }
        throw invalid(line, "has a \"" + key + "\" that is neither a text nor a list of texts", null);
    }

    private static DataException invalid(RawPiece line, String problem, Throwable cause) {
        return new DataException.InvalidSource(
                line.file().path(), "the line at byte %,d %s".formatted(line.offset(), problem), cause);
    }
}
