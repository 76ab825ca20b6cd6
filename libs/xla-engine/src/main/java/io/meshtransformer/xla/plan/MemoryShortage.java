package io.meshtransformer.xla.plan;

import io.meshtransformer.pjrt.ErrorCode;
import io.meshtransformer.pjrt.PjrtException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What XLA says of a program that does not fit. Its sentences give binary units with two digits, so these are bytes to
 * about five millions.
 *
 * @param needed bytes
 * @param available bytes
 */
public record MemoryShortage(long needed, long available) {
    private static final String SIZE = "([0-9.]+)([KMGT]?)";
    private static final Pattern REQUIRED =
            Pattern.compile("required for [^(]*\\(" + SIZE + "\\) exceeds available HBM \\(" + SIZE + "\\)");
    private static final Pattern USED = Pattern.compile("Used " + SIZE + " of " + SIZE + " hbm");

    private static final String UNITS = "KMGT";
    private static final int BITS_OF_UNIT = 10;

    /** Empty if the error is another one. */
    static Optional<MemoryShortage> in(PjrtException error) {
        return error.code() == ErrorCode.RESOURCE_EXHAUSTED ? in(error.getMessage()) : Optional.empty();
    }

    static Optional<MemoryShortage> in(String message) {
        return REQUIRED.matcher(message)
                .results()
                .findFirst()
                .or(() -> USED.matcher(message).results().findFirst())
                .map(found -> new MemoryShortage(
                        bytes(found.group(1), found.group(2)), bytes(found.group(3), found.group(4))));
    }

    private static long bytes(String number, String unit) {
        var scale = unit.isEmpty() ? 0 : BITS_OF_UNIT * (UNITS.indexOf(unit) + 1);
        return Math.round(Double.parseDouble(number) * (1L << scale));
    }
}
