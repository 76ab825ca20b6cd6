package io.meshtransformer.stablehlo.ir;

/** Under the specification's names. Only the named algorithms give the same bits on every platform. */
public enum RngAlgorithm {
    DEFAULT,
    THREE_FRY,
    PHILOX
}
