package io.meshtransformer.contracts;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An immutable JSON object whose fields a message's readers know, and the message does not. */
public final class JsonObject {
    private final ObjectNode fields;

    private JsonObject(ObjectNode fields) {
        this.fields = fields;
    }

    @JsonCreator
    public static JsonObject of(ObjectNode fields) {
        return new JsonObject(requireNonNull(fields, "fields is null").deepCopy());
    }

    /** The text of a field; null where there is none, or it holds something else. */
    public String text(String field) {
        return fields.path(field).textValue();
    }

    /** A copy that the caller may change. */
    @JsonValue
    public ObjectNode toTree() {
        return fields.deepCopy();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonObject that && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
