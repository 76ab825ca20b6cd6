package io.meshtransformer.xla.hlo;

import io.meshtransformer.pjrt.proto.ProtoMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Operations that give one result: a whole program, the body of a loop, what a fusion fuses. */
public final class HloComputation {
    private final long id;
    private final String name;
    private final long root;
    private final List<HloInstruction> instructions;
    private final Map<Long, HloInstruction> byId = new HashMap<>();
    private final Map<Long, List<HloInstruction>> users = new HashMap<>();

    private HloComputation(long id, String name, long root, List<HloInstruction> instructions) {
        this.id = id;
        this.name = name;
        this.root = root;
        this.instructions = List.copyOf(instructions);
        for (var instruction : instructions) {
            byId.put(instruction.id(), instruction);
            instruction.operands().stream().distinct().forEach(operand -> users.computeIfAbsent(
                            operand, _ -> new ArrayList<>())
                    .add(instruction));
        }
    }

    static HloComputation read(ProtoMessage message) {
        return new HloComputation(
                message.number(5),
                message.text(1),
                message.number(6),
                message.messages(2).stream().map(HloInstruction::read).toList());
    }

    long id() {
        return id;
    }

    public String name() {
        return name;
    }

    public List<HloInstruction> instructions() {
        return instructions;
    }

    /** The operation whose value is the computation's. */
    public HloInstruction root() {
        return byId.get(root);
    }

    public HloInstruction operand(HloInstruction of, int place) {
        return byId.get(of.operands().get(place));
    }

    /** The operations that take a value. */
    public List<HloInstruction> users(HloInstruction of) {
        return users.getOrDefault(of.id(), List.of());
    }

    public HloInstruction parameter(int number) {
        return instructions.stream()
                .filter(instruction -> instruction.is("parameter") && instruction.parameterNumber() == number)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("the computation " + name + " has no parameter " + number));
    }
}
