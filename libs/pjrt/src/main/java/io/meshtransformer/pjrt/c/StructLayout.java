package io.meshtransformer.pjrt.c;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the fields of a C struct lie. Offsets follow from the order and types of the fields by the rules of C; nobody
 * counts bytes.
 */
public final class StructLayout {
    private final String name;
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private final int alignment;
    private final int size;

    /** A field, or several that share their place as the members of a union. */
    public record Declaration(Map<String, FieldType> members) {
        static Declaration of(String name, FieldType type) {
            return new Declaration(Map.of(name, type));
        }
    }

    /** A field at its place. */
    public record Field(String name, FieldType type, int offset) {}

    StructLayout(String name, List<Declaration> declarations) {
        this.name = name;
        var end = 0;
        var widest = 1;
        for (var declaration : declarations) {
            var members = declaration.members();
            var place = members.values().stream()
                    .mapToInt(FieldType::alignment)
                    .max()
                    .orElseThrow();
            var offset = roundUp(end, place);
            members.forEach((field, type) -> fields.put(field, new Field(field, type, offset)));
            end = offset
                    + members.values().stream().mapToInt(FieldType::size).max().orElseThrow();
            widest = Math.max(widest, place);
        }
        this.alignment = widest;
        this.size = end;
    }

    /** The struct's name in the header. */
    public String name() {
        return name;
    }

    /** All fields in the order of the header. */
    public List<Field> fields() {
        return List.copyOf(fields.values());
    }

    /** Bytes up to the end of the last field: what PJRT wants in {@code struct_size}. */
    public int size() {
        return size;
    }

    /** Bytes from one element of an array to the next: C's {@code sizeof}. */
    public int paddedSize() {
        return roundUp(size, alignment);
    }

    int alignment() {
        return alignment;
    }

    /** The offset of a field, which has to be of the type that the caller takes it for. */
    int offset(String field, FieldType.Scalar type) {
        var found = field(field);
        if (found.type() != type) {
            throw new IllegalArgumentException(name + "." + field + " is " + found.type() + ", not " + type);
        }
        return found.offset();
    }

    Field field(String field) {
        var found = fields.get(field);
        if (found == null) {
            throw new IllegalArgumentException(name + " has no field " + field);
        }
        return found;
    }

    private static int roundUp(int value, int multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }

    @Override
    public String toString() {
        return name;
    }
}
