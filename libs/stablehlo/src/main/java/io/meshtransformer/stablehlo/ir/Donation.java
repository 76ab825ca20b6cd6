package io.meshtransformer.stablehlo.ir;

/** What becomes of an argument's buffer. */
public sealed interface Donation {
    Donation KEPT = new Kept();
    Donation DONATED = new Donated();

    /** The caller keeps it. */
    record Kept() implements Donation {}

    /** The program may use its memory, for whatever it likes; the caller has it no longer. */
    record Donated() implements Donation {}

    /** A result lies in its memory. */
    record Aliased(int result) implements Donation {}
}
