package io.meshtransformer.local.display;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Numbers as people read them; what is not known is a dash. */
public final class Figures {
    public static final String UNKNOWN = "-";

    private static final String[] THOUSANDS = {"", "k", "M", "B", "T"};

    private Figures() {}

    public static String loss(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%.4f", value.doubleValue()) : UNKNOWN;
    }

    public static String percent(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%.1f %%", 100 * value.doubleValue()) : UNKNOWN;
    }

    public static String count(JsonNode value) {
        return value.isNumber() ? count(value.doubleValue()) : UNKNOWN;
    }

    /** Three digits and a letter: 999, 12.3k, 6.83M. */
    public static String count(double value) {
        int letter = 0;
        // What is rounded to a thousand is one of the next letter.
        while (Math.abs(value) >= 999.5 && letter < THOUSANDS.length - 1) {
            value /= 1000;
            letter++;
        }
        var digits = Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
        var text = String.format(Locale.ROOT, "%." + digits + "f", value);
        return (text.contains(".") ? text.replaceAll("\\.?0+$", "") : text) + THOUSANDS[letter];
    }

    public static String bytes(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%.1f MB", value.doubleValue() / 1e6) : UNKNOWN;
    }

    /** Its two largest units: 3 h 12 min. */
    public static String duration(Duration time) {
        if (time.toDays() > 0) {
            return "%d d %d h".formatted(time.toDays(), time.toHoursPart());
        }
        if (time.toHours() > 0) {
            return "%d h %d min".formatted(time.toHours(), time.toMinutesPart());
        }
        return time.toMinutes() > 0
                ? "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart())
                : time.toSeconds() + " s";
    }

    /** How long ago a time in RFC 3339 was. */
    public static String ago(JsonNode time, Instant now) {
        return time.isTextual() ? duration(Duration.between(Instant.parse(time.textValue()), now)) + " ago" : UNKNOWN;
    }
}
