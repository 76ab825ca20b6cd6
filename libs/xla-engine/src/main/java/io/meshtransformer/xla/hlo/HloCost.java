package io.meshtransformer.xla.hlo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * What one device does in one run of a program, counted in its optimized form with every loop as often as it turns. XLA's
 * own analysis counts the body of a loop once, which is 1/28 of a model whose 28 layers are scanned.
 *
 * @param matrixFlops multiplications and additions in matrix products
 * @param mainMemoryBytes read from and written to the device's main memory; on TPUs, HBM
 * @param collectives a row for each kind, by name
 * @param openLoops loops whose turns depend on data
 */
public record HloCost(long matrixFlops, long mainMemoryBytes, List<Collective> collectives, int openLoops) {
    public HloCost {
        collectives = List.copyOf(collectives);
    }

    /** @param openTurns how often to count a loop whose turns depend on data */
    public static HloCost of(HloModule module, long openTurns) {
        return new Walk(module, loop -> loop.orElse(openTurns)).cost();
    }

    /** The same with the body of every loop once: what XLA's analysis can be compared to. */
    public static HloCost ofLoopsOnce(HloModule module) {
        return new Walk(module, _ -> 1).cost();
    }

    private static final class Walk {
        private final HloModule module;
        private final ToLongFunction<OptionalLong> loopTurns;
        private final MainMemoryTraffic traffic;
        private final Map<String, Collective> collectives = new TreeMap<>();
        private long flops;
        private long bytes;
        private int openLoops;

        Walk(HloModule module, ToLongFunction<OptionalLong> loopTurns) {
            this.module = module;
            this.loopTurns = loopTurns;
            this.traffic = new MainMemoryTraffic(module);
        }

        HloCost cost() {
            run(module.entry(), 1);
            return new HloCost(flops, bytes, new ArrayList<>(collectives.values()), openLoops);
        }

        private void run(HloComputation computation, long times) {
            for (var instruction : computation.instructions()) {
                compute(computation, instruction, times);
                bytes += times * traffic.of(computation, instruction);
                switch (instruction.opcode()) {
                    case "while" -> run(module.called(instruction, 0), times * turns(computation, instruction));
                    case "call", "async-start" -> run(module.called(instruction, 0), times);
                    // One branch stands for the others, which are as likely.
                    case "conditional" -> run(module.called(instruction, 0), times);
                    // Operands and results of a custom call are traffic; what it calls may be an exchange.
                    case "fusion", "custom-call" -> fused(instruction, times);
                    default -> {
                        // What reduce, sort and the like call is a function of elements.
                    }
                }
            }
        }

        /** In a fusion nothing goes through the main memory. */
        private void fused(HloInstruction by, long times) {
            for (var place = 0; place < by.calls().size(); place++) {
                var computation = module.called(by, place);
                for (var instruction : computation.instructions()) {
                    compute(computation, instruction, times);
                    if (instruction.is("fusion", "async-start", "call", "custom-call")) {
                        fused(instruction, times);
                    }
                }
            }
        }

        private void compute(HloComputation computation, HloInstruction instruction, long times) {
            flops += times * MatrixFlops.of(computation, instruction);
            Collectives.of(computation, instruction)
                    .ifPresent(one -> collectives.merge(one.kind(), one.times(times), Collective::plus));
        }

        private long turns(HloComputation computation, HloInstruction loop) {
            var turns = LoopTurns.of(module, computation, loop);
            if (turns.isEmpty()) {
                openLoops++;
            }
            return loopTurns.applyAsLong(turns);
        }
    }
}
