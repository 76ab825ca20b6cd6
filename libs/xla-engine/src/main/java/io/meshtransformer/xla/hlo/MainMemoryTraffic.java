package io.meshtransformer.xla.hlo;

/**
 * Bytes that one operation moves between the device's main memory and the chip: operands read and results written, of a
 * fusion only what goes in and comes out. A slice reads its own size, an update in place writes its own size, whatever
 * the size of the tensor around it.
 */
final class MainMemoryTraffic {
    private final HloModule module;

    MainMemoryTraffic(HloModule module) {
        this.module = module;
    }

    long of(HloComputation computation, HloInstruction instruction) {
        return switch (instruction.opcode()) {
            // Names for what is there already, and the ends of what began before.
            case "parameter",
                    "constant",
                    "tuple",
                    "get-tuple-element",
                    "bitcast",
                    "after-all",
                    "partition-id",
                    "replica-id",
                    "iota",
                    "opt-barrier",
                    "add-dependency",
                    "copy-done",
                    "async-start",
                    "async-update",
                    "async-done",
                    "all-reduce-done",
                    "all-gather-done",
                    "collective-permute-done",
                    "send-done",
                    "recv-done" -> 0;
            // What is inside counts.
            case "while", "call", "conditional" -> 0;
            case "dynamic-slice", "slice", "gather" -> 2 * instruction.shape().mainMemoryBytes();
            case "dynamic-update-slice" -> 2 * mainMemoryBytes(computation, instruction, 1);
            case "scatter" -> 3 * mainMemoryBytes(computation, instruction, 2);
            case "copy-start" ->
                mainMemoryBytes(computation, instruction, 0)
                        + instruction.shape().arrays().getFirst().mainMemoryBytes();
            case "fusion" -> read(computation, instruction) + written(instruction);
            default -> operands(computation, instruction) + instruction.shape().mainMemoryBytes();
        };
    }

    private static long mainMemoryBytes(HloComputation computation, HloInstruction instruction, int place) {
        return computation.operand(instruction, place).shape().mainMemoryBytes();
    }

    private static long operands(HloComputation computation, HloInstruction instruction) {
        var bytes = 0L;
        for (var place = 0; place < instruction.operands().size(); place++) {
            bytes += mainMemoryBytes(computation, instruction, place);
        }
        return bytes;
    }

    private long read(HloComputation computation, HloInstruction fusion) {
        var fused = module.called(fusion, 0);
        var bytes = 0L;
        for (var place = 0; place < fusion.operands().size(); place++) {
            var whole = mainMemoryBytes(computation, fusion, place);
            if (whole > 0) {
                bytes += Math.min(whole, used(fused, fused.parameter(place), whole));
            }
        }
        return bytes;
    }

    /** How much of a value its users in a fusion look at. */
    private long used(HloComputation fused, HloInstruction value, long whole) {
        var bytes = value.id() == fused.root().id() ? whole : 0;
        for (var user : fused.users(value)) {
            var first = user.operands().getFirst() == value.id();
            bytes += switch (user.opcode()) {
                case "bitcast", "reshape", "transpose", "copy" -> used(fused, user, whole);
                case "dynamic-slice", "slice", "gather" -> first ? user.shape().bytes() : whole;
                case "dynamic-update-slice", "scatter" -> first ? 0 : whole;
                case "fusion" -> usedInside(fused, user, user.operands().indexOf(value.id()), whole);
                default -> whole;
            };
        }
        return bytes;
    }

    /** A fusion in a fusion that only rearranges leaves it to its users what is looked at. */
    private long usedInside(HloComputation fused, HloInstruction fusion, int place, long whole) {
        var inner = module.called(fusion, 0);
        var parameter = inner.parameter(place);
        return rearranges(inner, inner.root(), parameter) ? used(fused, fusion, whole) : used(inner, parameter, whole);
    }

    private static boolean rearranges(HloComputation inner, HloInstruction value, HloInstruction parameter) {
        return value.id() == parameter.id()
                || value.is("bitcast", "reshape", "transpose", "copy")
                        && rearranges(inner, inner.operand(value, 0), parameter);
    }

    private long written(HloInstruction fusion) {
        var fused = module.called(fusion, 0);
        if (!(fusion.shape() instanceof HloShape.Tuple tuple)) {
            return written(fused, fused.root(), fusion.shape());
        }
        var bytes = 0L;
        for (var place = 0; place < tuple.elements().size(); place++) {
            var shape = tuple.elements().get(place);
            bytes += fused.root().is("tuple")
                    ? written(fused, fused.operand(fused.root(), place), shape)
                    : shape.mainMemoryBytes();
        }
        return bytes;
    }

    private static long written(HloComputation fused, HloInstruction value, HloShape shape) {
        if (shape.mainMemoryBytes() == 0) {
            return 0;
        }
        return switch (value.opcode()) {
            case "bitcast", "reshape" -> written(fused, fused.operand(value, 0), shape);
            case "dynamic-update-slice" -> fused.operand(value, 1).shape().bytes();
            case "scatter" -> 2 * fused.operand(value, 2).shape().bytes();
            default -> shape.mainMemoryBytes();
        };
    }
}
