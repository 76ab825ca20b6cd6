package io.meshtransformer.pjrt;

import io.meshtransformer.pjrt.proto.ProtoMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An optimized program for people to read: every instruction with its shape and operands, in the manner of XLA's own HLO
 * text but without the attributes. The C interface gives the program only as a protobuf ({@code xla/service/hlo.proto}).
 */
public final class HloText {
    /** {@code PrimitiveType} of xla_data.proto, which counts otherwise than {@code PJRT_Buffer_Type}. */
    private static final Map<Long, String> PRIMITIVE_TYPES = Map.ofEntries(
            Map.entry(1L, "pred"),
            Map.entry(2L, "s8"),
            Map.entry(3L, "s16"),
            Map.entry(4L, "s32"),
            Map.entry(5L, "s64"),
            Map.entry(6L, "u8"),
            Map.entry(7L, "u16"),
            Map.entry(8L, "u32"),
            Map.entry(9L, "u64"),
            Map.entry(10L, "f16"),
            Map.entry(11L, "f32"),
            Map.entry(12L, "f64"),
            Map.entry(15L, "c64"),
            Map.entry(16L, "bf16"),
            Map.entry(17L, "token"),
            Map.entry(18L, "c128"));

    private static final long TUPLE = 13;

    private HloText() {}

    /** @throws IllegalArgumentException if the program is not in one of the two protobuf forms of HLO */
    public static String of(Program program) {
        var message = ProtoMessage.read(program.code());
        return switch (program.format()) {
            case "hlo" -> module(message);
            case "hlo_with_config" -> module(message.message(1));
            default -> throw new IllegalArgumentException("a program in the format " + program.format() + " is no HLO");
        };
    }

    private static String module(ProtoMessage module) {
        return module.messages(3).stream()
                .map(HloText::computation)
                .collect(Collectors.joining(
                        "\n", "HloModule " + module.text(1) + ", entry " + module.text(2) + "\n\n", ""));
    }

    private static String computation(ProtoMessage computation) {
        var instructions = computation.messages(2);
        var names = new HashMap<Long, String>();
        instructions.forEach(instruction -> names.put(instruction.number(35), instruction.text(1)));
        return instructions.stream()
                .map(instruction -> instruction(instruction, names, computation.number(6)))
                .collect(Collectors.joining("", computation.text(1) + " {\n", "}\n"));
    }

    private static String instruction(ProtoMessage instruction, Map<Long, String> names, long root) {
        var operands = instruction.numbers(36).stream().map(names::get).collect(Collectors.joining(", "));
        return "  " + (instruction.number(35) == root ? "ROOT " : "") + instruction.text(1) + " = "
                + shape(instruction.message(3)) + " " + instruction.text(2) + "(" + operands + ")\n";
    }

    private static String shape(ProtoMessage shape) {
        if (shape.number(2) == TUPLE) {
            return shape.messages(4).stream().map(HloText::shape).collect(Collectors.joining(", ", "(", ")"));
        }
        var type = PRIMITIVE_TYPES.getOrDefault(shape.number(2), "type" + shape.number(2));
        return type + dimensions(shape.numbers(3));
    }

    private static String dimensions(List<Long> dimensions) {
        return dimensions.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    }
}
