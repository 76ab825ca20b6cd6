package io.meshtransformer.gateway.http;

import io.meshtransformer.gateway.error.ApiException;

/** Whole numbers of an address. */
public final class Whole {
    private Whole() {}

    /**
     * Null for null.
     *
     * @throws ApiException if it is no whole number from 0 on
     */
    public static Long parse(String parameter, String text) {
        if (text == null) {
            return null;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException _) {
            // Said below, for both.
        }
        throw ApiException.invalid(
                parameter, "'%s' is '%s', it must be a whole number from 0".formatted(parameter, text));
    }

    /** The same as an int; what is larger becomes the largest, for whoever knows the limit to refuse. */
    public static Integer parseSmall(String parameter, String text) {
        var value = parse(parameter, text);
        return value == null ? null : (int) Math.min(value, Integer.MAX_VALUE);
    }
}
