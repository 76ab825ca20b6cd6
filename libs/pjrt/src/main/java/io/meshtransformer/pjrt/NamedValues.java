package io.meshtransformer.pjrt;

import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.NativeStruct;
import io.meshtransformer.pjrt.c.PjrtStructs;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Arrays of {@code PJRT_NamedValue}, written and read. */
final class NamedValues {
    private static final int STRING = 0;
    private static final int INT64 = 1;
    private static final int INT64_LIST = 2;
    private static final int FLOAT = 3;
    private static final int BOOL = 4;

    private NamedValues() {}

    /** The array, or null if there is nothing in it. */
    static Pointer write(NativeScope scope, List<NamedValue> values) {
        if (values.isEmpty()) {
            return null;
        }
        var structs = scope.structs(PjrtStructs.NAMED_VALUE, values.size());
        for (var index = 0; index < structs.size(); index++) {
            write(scope, structs.get(index), values.get(index));
        }
        return structs.getFirst().pointer();
    }

    private static void write(NativeScope scope, NativeStruct struct, NamedValue value) {
        struct.setPointer("name", scope.text(value.name())).setSize("name_size", utf8Length(value.name()));
        struct.setSize("value_size", 1);
        switch (value) {
            case NamedValue.Text text ->
                struct.setInt("type", STRING)
                        .setPointer("string_value", scope.text(text.text()))
                        .setSize("value_size", utf8Length(text.text()));
            case NamedValue.Int64 number -> struct.setInt("type", INT64).setLong("int64_value", number.number());
            case NamedValue.Int64List numbers ->
                struct.setInt("type", INT64_LIST)
                        .setPointer(
                                "int64_array_value",
                                scope.longs(numbers.numbers().stream()
                                        .mapToLong(Long::longValue)
                                        .toArray()))
                        .setSize("value_size", numbers.numbers().size());
            case NamedValue.Float32 number -> struct.setInt("type", FLOAT).setFloat("float_value", number.number());
            case NamedValue.Bool flag -> struct.setInt("type", BOOL).setBoolean("bool_value", flag.flag());
        }
    }

    /** The values by name, in the plugin's order. */
    static Map<String, NamedValue> read(Pointer array, int count) {
        var values = new LinkedHashMap<String, NamedValue>();
        var offset = 0L;
        for (var index = 0; index < count; index++) {
            var struct = new NativeStruct(PjrtStructs.NAMED_VALUE, array.share(offset));
            var value = read(struct);
            values.put(value.name(), value);
            // Also right for a plugin whose struct has grown.
            offset += Math.max(struct.getSize("struct_size"), PjrtStructs.NAMED_VALUE.paddedSize());
        }
        return values;
    }

    private static NamedValue read(NativeStruct struct) {
        var name = struct.getText("name", "name_size");
        return switch (struct.getInt("type")) {
            case STRING -> NamedValue.of(name, struct.getText("string_value", "value_size"));
            case INT64 -> NamedValue.of(name, struct.getLong("int64_value"));
            case INT64_LIST -> NamedValue.of(name, longs(struct));
            case FLOAT -> NamedValue.of(name, struct.getFloat("float_value"));
            case BOOL -> NamedValue.of(name, struct.getBoolean("bool_value"));
            default ->
                throw new IllegalArgumentException(
                        "the value of " + name + " has the unknown type " + struct.getInt("type"));
        };
    }

    private static List<Long> longs(NativeStruct struct) {
        var count = struct.getCount("value_size");
        return count == 0
                ? List.of()
                : Arrays.stream(struct.getPointer("int64_array_value").getLongArray(0, count))
                        .boxed()
                        .toList();
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
