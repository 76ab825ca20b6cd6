package io.meshtransformer.xla.plan;

import io.meshtransformer.pjrt.CompiledMemory;

/**
 * The memory of one device that a program takes, in bytes.
 *
 * @param arguments weights, caches and inputs
 * @param temporaries intermediate values, and what XLA sets aside
 * @param outputs those that do not lie in an argument's memory
 * @param generatedCode the program itself
 */
public record DeviceMemory(long arguments, long temporaries, long outputs, long generatedCode) {
    /** XLA's peak, where it tells one, has more in it than its temporaries. */
    static DeviceMemory of(CompiledMemory memory) {
        var outputs = memory.outputs() - memory.aliased();
        var aside = memory.peak() - memory.arguments() - outputs;
        return new DeviceMemory(
                memory.arguments(), Math.max(memory.temporaries(), aside), outputs, memory.generatedCode());
    }

    public long total() {
        return arguments + temporaries + outputs + generatedCode;
    }
}
