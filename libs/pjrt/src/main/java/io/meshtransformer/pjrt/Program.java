package io.meshtransformer.pjrt;

import java.nio.charset.StandardCharsets;

/**
 * A program as a plugin takes it or gives it out.
 *
 * @param format {@link #MLIR}, or what the plugin says it is
 * @param code the program; shared, not copied
 */
public record Program(String format, byte[] code) {
    /** StableHLO and Shardy as MLIR text or bytecode. */
    public static final String MLIR = "mlir";

    /** A program in MLIR's text form. */
    public static Program mlir(String text) {
        return new Program(MLIR, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return code.length + " bytes of " + format;
    }
}
