package io.meshtransformer.xla.hlo;

import io.meshtransformer.pjrt.proto.ProtoMessage;
import java.util.List;

/**
 * One operation of an optimized program.
 *
 * @param id unique in its computation
 * @param opcode by HLO's name: "fusion", "all-reduce"
 * @param operands ids, in the same computation
 * @param calls ids of computations
 * @param message the {@code HloInstructionProto}, for what only some operations have
 */
public record HloInstruction(
        long id,
        String name,
        String opcode,
        HloShape shape,
        List<Long> operands,
        List<Long> calls,
        ProtoMessage message) {
    public HloInstruction {
        operands = List.copyOf(operands);
        calls = List.copyOf(calls);
    }

    public boolean is(String... opcodes) {
        return List.of(opcodes).contains(opcode);
    }

    /** Which of its computation's parameters this one is. */
    public int parameterNumber() {
        return (int) message.number(9);
    }

    /** Which element a {@code get-tuple-element} takes. */
    public int tupleIndex() {
        return (int) message.number(13);
    }

    /** The platform's own remarks, usually JSON. */
    public String backendConfig() {
        return message.text(43);
    }

    static HloInstruction read(ProtoMessage message) {
        return new HloInstruction(
                message.number(35),
                message.text(1),
                message.text(2),
                HloShape.read(message.message(3)),
                message.numbers(36),
                message.numbers(38),
                message);
    }

    @Override
    public String toString() {
        return name + " = " + opcode;
    }
}
