package io.meshtransformer.gateway.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gateway.error.ApiException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.stream.IntStream;

/** A field's value, not yet read: asked for one type, it gives that or refuses, naming the field and what stands there. */
public final class JsonField {
    private static final int SHOWN_CHARACTERS = 40;

    private final JsonParser parser;
    private final String name;

    JsonField(JsonParser parser, String name) {
        this.parser = parser;
        this.name = name;
    }

    /** Takes one element of a list. */
    @FunctionalInterface
    public interface Element {
        void read(int index, JsonField value) throws IOException;
    }

    public boolean isText() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    public boolean isList() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    public boolean isNumber() {
        return parser.currentToken().isNumeric();
    }

    public boolean flag() throws IOException {
        if (!parser.currentToken().isBoolean()) {
            throw wrongType("true or false");
        }
        return parser.getBooleanValue();
    }

    /** A text of whole characters: half a surrogate pair is refused. */
    public String text() throws IOException {
        if (!isText()) {
            throw wrongType("a text");
        }
        var text = parser.getText();
        var lone = UnicodeText.firstLoneSurrogate(text);
        if (lone >= 0) {
            throw invalid("'%s' has the lone surrogate U+%04X at place %d, so it is no Unicode text"
                    .formatted(name, (int) text.charAt(lone), lone));
        }
        return text;
    }

    public int integer(int least, int most) throws IOException {
        return (int) integer((long) least, (long) most);
    }

    public long integer(long least, long most) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw wrongType("an integer");
        }
        if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            var value = parser.getLongValue();
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw outside(Long.toString(least), Long.toString(most));
    }

    /** A finite number from {@code least} to {@code most}. */
    public double number(double least, double most) throws IOException {
        var value = finite();
        if (value < least || value > most) {
            throw outside(plain(least), plain(most));
        }
        return value;
    }

    /** A finite number above 0, at most {@code most}. */
    public double positive(double most) throws IOException {
        var value = finite();
        if (value <= 0 || value > most) {
            throw invalid("'%s' is %s, it must be above 0 and at most %s".formatted(name, shown(), plain(most)));
        }
        return value;
    }

    /** Reads a list; gives its size. An element that is not read is skipped. */
    public int elements(Element element) throws IOException {
        if (!isList()) {
            throw wrongType("a list");
        }
        int size = 0;
        for (; parser.nextToken() != JsonToken.END_ARRAY; size++) {
            element.read(size, new JsonField(parser, name + "[" + size + "]"));
            parser.skipChildren();
        }
        return size;
    }

    /** A list of token ids. */
    public TokenIds tokenIds() throws IOException {
        var ids = IntStream.builder();
        elements((_, element) -> ids.add(element.tokenId()));
        return TokenIds.of(ids.build().toArray());
    }

    public int tokenId() throws IOException {
        return integer(0, Integer.MAX_VALUE);
    }

    /** The fields of an object, named {@code this.field} in refusals. */
    public void object(JsonBody.Fields fields) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrongType("an object");
        }
        JsonBody.object(parser, name + ".", fields);
    }

    public ApiException invalid(String message) {
        return ApiException.invalid(name, message);
    }

    public ApiException wrongType(String expected) {
        return invalid("'%s' is %s, it must be %s".formatted(name, kind(parser.currentToken()), expected));
    }

    private double finite() throws IOException {
        if (!isNumber()) {
            throw wrongType("a number");
        }
        var value = parser.getDoubleValue();
        if (!Double.isFinite(value)) {
            throw invalid("'%s' is %s, it must be a finite number".formatted(name, shown()));
        }
        return value;
    }

    private ApiException outside(String least, String most) throws IOException {
        return invalid("'%s' is %s, it must be from %s to %s".formatted(name, shown(), least, most));
    }

    private String shown() throws IOException {
        return shown(parser.getText());
    }

    /** A client's text as an error message repeats it: its beginning. */
    public static String shown(String text) {
        if (text.length() <= SHOWN_CHARACTERS) {
            return text;
        }
        var end =
                Character.isHighSurrogate(text.charAt(SHOWN_CHARACTERS - 1)) ? SHOWN_CHARACTERS - 1 : SHOWN_CHARACTERS;
        return text.substring(0, end) + "...";
    }

    /** Without the point where the number is whole: 2, 0.5. */
    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    static String kind(JsonToken token) {
        return switch (token) {
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "a list";
            case VALUE_STRING, FIELD_NAME -> "a text";
            case VALUE_NUMBER_INT -> "an integer";
            case VALUE_NUMBER_FLOAT -> "a number with a fraction";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> "nothing";
        };
    }
}
