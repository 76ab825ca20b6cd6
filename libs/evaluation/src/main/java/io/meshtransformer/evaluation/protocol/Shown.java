package io.meshtransformer.evaluation.protocol;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Parts of texts and of ids, short enough for a sentence. */
final class Shown {
    private static final int CHARACTERS = 16;
    private static final int IDS = 6;

    private Shown() {}

    /** What stands from a place on, in quotation marks; characters that can't be seen by their number. */
    static String text(String text, int from) {
        var shown = text.substring(from)
                .codePoints()
                .limit(CHARACTERS)
                .mapToObj(Shown::character)
                .collect(Collectors.joining());
        var more = text.codePointCount(from, text.length()) > CHARACTERS;
        return "'" + shown + (more ? "..." : "") + "'";
    }

    /** Those around the first place where the other ids are others. */
    static String ids(int[] ids, int[] others) {
        var from = Math.max(0, Arrays.mismatch(ids, others) - 1);
        var shown = Arrays.stream(ids, Math.min(from, ids.length), ids.length)
                .limit(IDS)
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(", "));
        return "[" + (from > 0 ? "..., " : "") + shown + (ids.length - from > IDS ? ", ..." : "") + "]";
    }

    private static String character(int codePoint) {
        return switch (codePoint) {
            case '\n' -> "\\n";
            case '\t' -> "\\t";
            default ->
                codePoint >= ' '
                                && codePoint != 0x7f
                                && Character.isDefined(codePoint)
                                && (codePoint == ' ' || !Character.isSpaceChar(codePoint))
                                && !Character.isISOControl(codePoint)
                                && Character.getType(codePoint) != Character.FORMAT
                        ? Character.toString(codePoint)
                        : "U+%04X".formatted(codePoint);
        };
    }
}
