package io.meshtransformer.stablehlo.ir;

/** Under the specification's names. */
public enum ComparisonDirection {
    EQ,
    NE,
    GE,
    GT,
    LE,
    LT
}
