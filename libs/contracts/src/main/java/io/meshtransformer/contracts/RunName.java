package io.meshtransformer.contracts;

import java.util.regex.Pattern;

/** What a training run may be called: its name is a folder's, and a model's as {@code NAME@STEP}. */
public final class RunName {
    private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private RunName() {}

    /** @throws IllegalArgumentException if it is null or no such name */
    public static String check(String name, String field) {
        Required.field(name, field);
        Required.that(
                VALID.matcher(name).matches(),
                "'" + field + "' is '" + name
                        + "', it must be 1 to 63 of a-z, 0-9, '.', '_', '-', a letter or digit first");
        return name;
    }
}
