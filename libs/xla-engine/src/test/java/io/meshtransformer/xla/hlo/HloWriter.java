package io.meshtransformer.xla.hlo;

import io.meshtransformer.pjrt.Program;
import io.meshtransformer.pjrt.proto.ProtoWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes small HLO modules as XLA would give them out. */
final class HloWriter {
    static final int PRED = 1;
    static final int S32 = 4;
    static final int F32 = 11;
    static final int BF16 = 16;
    static final int HBM = 0;
    static final int VMEM = 1;

    private static final int TUPLE = 13;

    private final ProtoWriter module = new ProtoWriter().text(1, "small");
    private long computations;
    private long instructions;

    /** What is to be written of a shape. */
    @FunctionalInterface
    interface Shape {
        ProtoWriter proto();
    }

    static Shape array(int type, int memory, long... dimensions) {
        return () -> new ProtoWriter()
                .number(2, type)
                .numbers(3, dimensions)
                .message(5, new ProtoWriter().number(8, memory));
    }

    static Shape f32(long... dimensions) {
        return array(F32, HBM, dimensions);
    }

    static Shape s32() {
        return array(S32, HBM);
    }

    static Shape tuple(Shape... elements) {
        return () -> {
            var proto = new ProtoWriter().number(2, TUPLE);
            List.of(elements).forEach(element -> proto.message(4, element.proto()));
            return proto;
        };
    }

    /** A computation whose last instruction is its root; returns its id. */
    long computation(Consumer<Body> writing) {
        var body = new Body();
        writing.accept(body);
        var id = ++computations;
        var message =
                new ProtoWriter().text(1, "computation." + id).number(5, id).number(6, instructions);
        body.instructions.forEach(instruction -> message.message(2, instruction));
        module.message(3, message);
        return id;
    }

    /** The module, with its last computation as entry. */
    HloModule module() {
        return HloModule.read(new Program("hlo", module.number(6, computations).toByteArray()));
    }

    /** The instructions of a computation; each method returns an id. */
    final class Body {
        private final List<ProtoWriter> instructions = new ArrayList<>();

        long parameter(int number, Shape shape) {
            return add("parameter", shape, writer -> writer.number(9, number));
        }

        long constant(long value) {
            return add("constant", s32(), writer -> writer.message(8, new ProtoWriter().numbers(4, value)));
        }

        long element(long tuple, int index, Shape shape) {
            return add("get-tuple-element", shape, writer -> writer.number(13, index), tuple);
        }

        long less(long left, long right) {
            return add("compare", array(PRED, HBM), writer -> writer.text(63, "LT"), left, right);
        }

        long call(String opcode, Shape shape, List<Long> called, long... operands) {
            return add(
                    opcode,
                    shape,
                    writer -> writer.numbers(
                            38, called.stream().mapToLong(Long::longValue).toArray()),
                    operands);
        }

        long add(String opcode, Shape shape, long... operands) {
            return add(opcode, shape, _ -> {}, operands);
        }

        long add(String opcode, Shape shape, Consumer<ProtoWriter> more, long... operands) {
            var id = ++HloWriter.this.instructions;
            var instruction = new ProtoWriter()
                    .text(1, opcode + "." + id)
                    .text(2, opcode)
                    .message(3, shape.proto())
                    .number(35, id)
                    .numbers(36, operands);
            more.accept(instruction);
            instructions.add(instruction);
            return id;
        }
    }
}
