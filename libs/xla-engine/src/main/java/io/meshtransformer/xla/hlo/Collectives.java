package io.meshtransformer.xla.hlo;

import java.util.Optional;
import java.util.Set;

/** Which operations are exchanges between devices. */
final class Collectives {
    private static final Set<String> KINDS = Set.of(
            "all-gather",
            "all-reduce",
            "all-to-all",
            "collective-broadcast",
            "collective-permute",
            "ragged-all-to-all",
            "reduce-scatter");

    private static final String START = "-start";

    private Collectives() {}

    /** The exchange that an operation is or begins; the operation that ends one counts no more. */
    static Optional<Collective> of(HloComputation computation, HloInstruction instruction) {
        var opcode = instruction.opcode();
        var begins = opcode.endsWith(START);
        var kind = begins ? opcode.substring(0, opcode.length() - START.length()) : opcode;
        if (!KINDS.contains(kind)) {
            return Optional.empty();
        }
        var operands = 0L;
        for (var place = 0; place < instruction.operands().size(); place++) {
            operands += computation.operand(instruction, place).shape().bytes();
        }
        return Optional.of(new Collective(kind, 1, Math.max(operands, result(instruction, kind, begins))));
    }

    /** What begins a gathering or a permutation gives its operand, its result and what it keeps in mind. */
    private static long result(HloInstruction instruction, String kind, boolean begins) {
        return begins && !kind.equals("all-reduce") && instruction.shape() instanceof HloShape.Tuple tuple
                ? tuple.elements().get(1).bytes()
                : instruction.shape().bytes();
    }
}
