package io.meshtransformer.evaluation.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * What Python's {@code str} does where Java's {@code String} does something else. Source: The Python Standard Library,
 * "Text Sequence Type".
 */
public final class PythonText {
    private PythonText() {}

    /** {@code str.isspace} of one character: bidirectional type WS, B or S, or category Zs. */
    public static boolean isSpace(int codePoint) {
        return Character.isSpaceChar(codePoint)
                || codePoint >= '\t' && codePoint <= '\r'
                || codePoint >= 0x1c && codePoint <= 0x1f
                || codePoint == 0x85;
    }

    public static String strip(String text) {
        return strip(text, PythonText::isSpace, true, true);
    }

    public static String stripLeft(String text) {
        return strip(text, PythonText::isSpace, true, false);
    }

    public static String stripRight(String text) {
        return strip(text, PythonText::isSpace, false, true);
    }

    /** Without those characters at its ends. */
    public static String strip(String text, IntPredicate unwanted, boolean left, boolean right) {
        var from = 0;
        var to = text.length();
        while (left && from < to && unwanted.test(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && from < to && unwanted.test(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    /**
     * {@code str.split(separator)}: every part, empty ones too.
     *
     * @param most separators that count; any number below 0 is all
     * @throws IllegalArgumentException if the separator is empty
     */
    public static List<String> split(String text, String separator, int most) {
        if (separator.isEmpty()) {
            throw new IllegalArgumentException("split: the separator is empty");
        }
        var parts = new ArrayList<String>();
        var from = 0;
        for (var at = text.indexOf(separator); at >= 0 && parts.size() != most; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    /** {@code str.split()}: words between runs of white space. */
    public static List<String> words(String text) {
        var words = new ArrayList<String>();
        var from = 0;
        for (var at = 0;
                at <= text.length();
                at += at < text.length() ? Character.charCount(text.codePointAt(at)) : 1) {
            if (at == text.length() || isSpace(text.codePointAt(at))) {
                if (at > from) {
                    words.add(text.substring(from, at));
                }
                from = at == text.length() ? at : at + Character.charCount(text.codePointAt(at));
            }
        }
        return words;
    }

    /** {@code len(re.split(r"\s+", text))}: runs of white space, and one more. */
    public static int piecesBetweenSpace(String text) {
        var pieces = 1;
        var inSpace = false;
        for (var at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            var space = isSpace(text.codePointAt(at));
            if (space && !inSpace) {
                pieces++;
            }
            inSpace = space;
        }
        return pieces;
    }

    /** {@code str.capitalize}: the first character in title case, the rest in lower case. */
    public static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        var first = text.codePointAt(0);
        // Lower case first: it looks at a whole word, as of a final sigma.
        var rest = lower(text).substring(lower(Character.toString(first)).length());
        return titleCase(first) + rest;
    }

    public static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    public static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    private static String titleCase(int codePoint) {
        var title = Character.toTitleCase(codePoint);
        if (title != codePoint) {
            return Character.toString(title);
        }
        // Of those without a title case of one character, such as a sharp s, the first of the upper case stays upper.
        var upper = upper(Character.toString(codePoint));
        var first = upper.codePointAt(0);
        return upper.length() == Character.charCount(first)
                ? upper
                : Character.toString(first) + lower(upper.substring(Character.charCount(first)));
    }
}
