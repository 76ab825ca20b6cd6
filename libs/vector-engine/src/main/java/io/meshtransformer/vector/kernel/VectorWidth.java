package io.meshtransformer.vector.kernel;

import jdk.incubator.vector.FloatVector;

/** Widths for which there are kernels. They differ in speed, not in a bit of their results. */
public enum VectorWidth {
    BITS_128,
    BITS_256,
    BITS_512;

    /** The widest that this machine has registers for, as far as there are kernels. */
    public static VectorWidth preferred() {
        var bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
        if (bits >= 512) {
            return BITS_512;
        }
        return bits >= 256 ? BITS_256 : BITS_128;
    }

    public Kernels kernels() {
        return switch (this) {
            case BITS_128 -> new Kernels(new Bf16Panels128(), new Fp32Panels128(), new Attention128(), new Rows128());
            case BITS_256 -> new Kernels(new Bf16Panels256(), new Fp32Panels256(), new Attention256(), new Rows256());
            case BITS_512 -> new Kernels(new Bf16Panels512(), new Fp32Panels512(), new Attention512(), new Rows512());
        };
    }
}
