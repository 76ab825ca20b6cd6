package io.meshtransformer.xla.plan;

import io.meshtransformer.xla.hlo.HloCost;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a program needs on a topology, and whether it is there.
 *
 * @param program its name
 * @param devices that run it together
 * @param compileTime of XLA alone
 */
public record Plan(String program, TpuTopology topology, int devices, Outcome outcome, Duration compileTime) {

    public sealed interface Outcome {
        /** Bytes of weights, caches and inputs on each device. */
        long arguments();

        /** Bytes that a device would need. */
        long needed();

        /** Bytes of a device that programs may fill. */
        long available();
    }

    /**
     * It compiles.
     *
     * @param costAnalysis XLA's own, by its names, with every loop counted once
     */
    public record Compiled(
            DeviceMemory memory, long available, HloCost cost, Prediction prediction, Map<String, Double> costAnalysis)
            implements Outcome {
        public Compiled {
            costAnalysis = Map.copyOf(new TreeMap<>(costAnalysis));
        }

        @Override
        public long arguments() {
            return memory.arguments();
        }

        @Override
        public long needed() {
            return memory.total();
        }
    }

    /** XLA refuses it for want of memory. */
    public record TooLarge(long arguments, long needed, long available) implements Outcome {}

    public boolean fits() {
        return outcome instanceof Compiled && missing() <= 0;
    }

    /** Bytes by which it does not fit; negative: what is left. */
    public long missing() {
        return outcome.needed() - outcome.available();
    }
}
