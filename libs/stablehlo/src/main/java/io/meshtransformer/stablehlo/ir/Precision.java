package io.meshtransformer.stablehlo.ir;

/** How much speed may cost in accuracy where a platform multiplies fp32 in several passes. */
public enum Precision {
    DEFAULT,
    HIGH,
    HIGHEST
}
