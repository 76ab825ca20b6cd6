package io.meshtransformer.local.convert;

import java.io.IOException;
import java.io.Serial;

/** A conversion that cannot be, as a sentence that says what can. */
final class ConversionException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    ConversionException(String message) {
        super(message);
    }
}
