package io.meshtransformer.pjrt;

import java.util.Arrays;

/** The kind of an error, by the names and numbers of Abseil's status codes, which PJRT uses. */
public enum ErrorCode {
    CANCELLED(1),
    UNKNOWN(2),
    INVALID_ARGUMENT(3),
    DEADLINE_EXCEEDED(4),
    NOT_FOUND(5),
    ALREADY_EXISTS(6),
    PERMISSION_DENIED(7),
    /** Among other things: a program that does not fit a device's memory. */
    RESOURCE_EXHAUSTED(8),
    FAILED_PRECONDITION(9),
    ABORTED(10),
    OUT_OF_RANGE(11),
    UNIMPLEMENTED(12),
    INTERNAL(13),
    UNAVAILABLE(14),
    DATA_LOSS(15),
    UNAUTHENTICATED(16);

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    /** The number in the C interface. */
    public int number() {
        return number;
    }

    /** The code of a number; a number that is none of them is {@link #UNKNOWN}. */
    static ErrorCode of(int number) {
        return Arrays.stream(values())
                .filter(code -> code.number == number)
                .findFirst()
                .orElse(UNKNOWN);
    }
}
