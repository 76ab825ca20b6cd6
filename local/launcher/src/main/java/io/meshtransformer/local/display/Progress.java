package io.meshtransformer.local.display;

/** How far long work is. */
public interface Progress {
    /** From 0 to 1. */
    double part();

    /** Whether some of it is done. */
    boolean begun();

    boolean complete();

    /** On one line. */
    String text();
}
