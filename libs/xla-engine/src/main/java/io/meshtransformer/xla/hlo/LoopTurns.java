package io.meshtransformer.xla.hlo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** How often the body of a loop runs, where the program alone decides that. */
final class LoopTurns {
    private static final Pattern KNOWN = Pattern.compile("\"known_trip_count\":\\s*\\{\\s*\"n\":\\s*\"(\\d+)\"");

    private static final int BODY = 0;
    private static final int CONDITION = 1;

    private final HloModule module;

    private LoopTurns(HloModule module) {
        this.module = module;
    }

    /**
     * Turns of a {@code while} that counts: from a constant, by a constant, while the counter is less than a constant.
     * Empty for any other.
     */
    static OptionalLong of(HloModule module, HloComputation around, HloInstruction loop) {
        var known = KNOWN.matcher(loop.backendConfig());
        return known.find()
                ? OptionalLong.of(Long.parseLong(known.group(1)))
                : new LoopTurns(module).counted(around, loop);
    }

    private OptionalLong counted(HloComputation around, HloInstruction loop) {
        var condition = scope(module.called(loop, CONDITION));
        var body = scope(module.called(loop, BODY));
        var compare = condition.compare();
        if (compare.isEmpty()) {
            return OptionalLong.empty();
        }
        var counter = compare.get().counter();
        var next = body.element(counter);
        var first = new Scope(around, List.of()).element(around.operand(loop, 0), counter);
        if (first.isEmpty()
                || !first.get().constant()
                || next.isEmpty()
                || next.get().element() != counter) {
            return OptionalLong.empty();
        }
        var step = next.get().offset();
        var way = compare.get().limit() - first.get().offset();
        return step <= 0 ? OptionalLong.empty() : OptionalLong.of(Math.max(0, Math.ceilDiv(way, step)));
    }

    private Scope scope(HloComputation computation) {
        return new Scope(computation, List.of());
    }

    /** A value that is a constant, or an element of the loop's tuple plus a constant. */
    private record Linear(int element, long offset) {
        static final int NONE = -1;

        boolean constant() {
            return element == NONE;
        }
    }

    /** {@code counter < limit}. */
    private record Compare(int counter, long limit) {}

    /**
     * A computation in which values are looked up.
     *
     * @param arguments of a fused computation's parameters; empty for a loop's, whose parameter is the tuple
     */
    private final class Scope {
        private final HloComputation computation;
        private final List<Optional<Linear>> arguments;

        Scope(HloComputation computation, List<Optional<Linear>> arguments) {
            this.computation = computation;
            this.arguments = arguments;
        }

        Optional<Compare> compare() {
            var root = computation.root();
            if (root.is("fusion")) {
                return inside(root).compare();
            }
            if (!root.is("compare") || !root.message().text(63).equals("LT")) {
                return Optional.empty();
            }
            var counter = value(computation.operand(root, 0));
            var limit = value(computation.operand(root, 1));
            return counter.isPresent()
                            && !counter.get().constant()
                            && counter.get().offset() == 0
                            && limit.isPresent()
                            && limit.get().constant()
                    ? Optional.of(
                            new Compare(counter.get().element(), limit.get().offset()))
                    : Optional.empty();
        }

        /** An element of the tuple that the computation gives. */
        Optional<Linear> element(int place) {
            return element(computation.root(), place);
        }

        Optional<Linear> element(HloInstruction tuple, int place) {
            if (tuple.is("tuple")) {
                return value(computation.operand(tuple, place));
            }
            return tuple.is("fusion") ? inside(tuple).element(place) : Optional.empty();
        }

        Optional<Linear> value(HloInstruction instruction) {
            return switch (instruction.opcode()) {
                case "constant" -> constant(instruction);
                case "copy", "bitcast", "convert", "reshape" -> value(computation.operand(instruction, 0));
                case "add" -> sum(instruction);
                case "get-tuple-element" -> taken(instruction);
                case "parameter" ->
                    arguments.isEmpty() ? Optional.empty() : arguments.get(instruction.parameterNumber());
                case "fusion" -> {
                    var fused = inside(instruction);
                    yield fused.value(fused.computation.root());
                }
                default -> Optional.empty();
            };
        }

        private Optional<Linear> constant(HloInstruction instruction) {
            var literal = instruction.message().message(8);
            var numbers = new ArrayList<Long>();
            // s32s, s64s, u32s, u64s of LiteralProto; a 32-bit number below 0 has all upper bits set.
            for (var field = 4; field <= 7; field++) {
                numbers.addAll(literal.numbers(field));
            }
            return numbers.size() == 1 ? Optional.of(new Linear(Linear.NONE, numbers.getFirst())) : Optional.empty();
        }

        private Optional<Linear> sum(HloInstruction instruction) {
            var left = value(computation.operand(instruction, 0));
            var right = value(computation.operand(instruction, 1));
            if (left.isEmpty()
                    || right.isEmpty()
                    || !left.get().constant() && !right.get().constant()) {
                return Optional.empty();
            }
            return Optional.of(new Linear(
                    Math.max(left.get().element(), right.get().element()),
                    left.get().offset() + right.get().offset()));
        }

        private Optional<Linear> taken(HloInstruction instruction) {
            var tuple = computation.operand(instruction, 0);
            if (tuple.is("parameter") && arguments.isEmpty()) {
                return Optional.of(new Linear(instruction.tupleIndex(), 0));
            }
            return element(tuple, instruction.tupleIndex());
        }

        private Scope inside(HloInstruction fusion) {
            var values = new ArrayList<Optional<Linear>>();
            for (var place = 0; place < fusion.operands().size(); place++) {
                values.add(value(computation.operand(fusion, place)));
            }
            return new Scope(module.called(fusion, 0), values);
        }
    }
}
