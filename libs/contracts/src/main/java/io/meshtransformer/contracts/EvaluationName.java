package io.meshtransformer.contracts;

import java.util.regex.Pattern;

/** What an evaluation may be called. */
public final class EvaluationName {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,127}");

    private static final int LONGEST = 128;

    private EvaluationName() {}

    /** @throws IllegalArgumentException if it is null or no such name */
    public static String check(String name, String field) {
        Required.field(name, field);
        Required.that(
                name.length() <= LONGEST,
                "'" + field + "' has " + name.length() + " characters, it must have 1 to " + LONGEST);
        Required.that(
                VALID.matcher(name).matches(),
                "'" + field + "' is '" + name
                        + "', it must be 1 to 128 of A-Z, a-z, 0-9, '.', '_', '@', '-', a letter or digit first");
        return name;
    }
}
