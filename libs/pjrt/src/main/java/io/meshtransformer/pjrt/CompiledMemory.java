package io.meshtransformer.pjrt;

import io.meshtransformer.pjrt.c.NativeStruct;

/**
 * The memory that one device needs to run a program, in bytes, as the compiler planned it.
 *
 * @param aliased what of the arguments is reused for outputs, by donation
 * @param temporaries the largest sum of intermediate values alive at once
 * @param peak the largest sum of everything, where the platform tells, otherwise 0
 */
public record CompiledMemory(
        long generatedCode,
        long arguments,
        long outputs,
        long aliased,
        long temporaries,
        long peak,
        long hostGeneratedCode,
        long hostArguments,
        long hostOutputs,
        long hostAliased,
        long hostTemporaries) {

    /** Arguments, outputs that reuse no argument, and temporaries. */
    public long total() {
        return arguments + outputs - aliased + temporaries;
    }

    static CompiledMemory read(NativeStruct struct) {
        return new CompiledMemory(
                struct.getLong("generated_code_size_in_bytes"),
                struct.getLong("argument_size_in_bytes"),
                struct.getLong("output_size_in_bytes"),
                struct.getLong("alias_size_in_bytes"),
                struct.getLong("temp_size_in_bytes"),
                struct.getLong("peak_memory_in_bytes"),
                struct.getLong("host_generated_code_size_in_bytes"),
                struct.getLong("host_argument_size_in_bytes"),
                struct.getLong("host_output_size_in_bytes"),
                struct.getLong("host_alias_size_in_bytes"),
                struct.getLong("host_temp_size_in_bytes"));
    }
}
