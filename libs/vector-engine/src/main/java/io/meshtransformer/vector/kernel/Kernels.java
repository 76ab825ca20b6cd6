package io.meshtransformer.vector.kernel;

/** Everything that runs on vectors, for one vector width. */
public record Kernels(Bf16Panels bf16, Fp32Panels fp32, AttentionKernels attention, RowKernels rows) {}
