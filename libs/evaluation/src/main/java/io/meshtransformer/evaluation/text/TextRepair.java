package io.meshtransformer.evaluation.text;

import java.text.Normalizer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Repairs texts as {@code ftfy.fix_text(text, normalization="NFKC")} of ftfy 6 does, but for two of its steps: a text
 * that was decoded with a wrong character set stays as it is, and so do HTML's entities. Neither step changes anything
 * in the data of the tasks that were evaluated with it (LAMBADA, WinoGrande, HellaSwag, PIQA, ARC, BoolQ).
 *
 * <p>Sources: ftfy 6.3, {@code ftfy/fixes.py} and {@code ftfy/chardata.py}; Unicode Standard Annex 15.
 */
public final class TextRepair {
    /** U+0080 to U+009F as Windows-1252 has them. A native executable lacks the JDK's own table. */
    private static final String WINDOWS_1252 =
            "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152"
                    + "\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

    private static final Pattern WINDOWS_CHARACTERS = Pattern.compile("[\\x80-\\x9f]");
    private static final Pattern DOUBLE_QUOTES = Pattern.compile("[\u201c-\u201f]");
    private static final Pattern SINGLE_QUOTES = Pattern.compile("[\u02bc\u2018-\u201b]");
    private static final Pattern LINE_BREAKS = Pattern.compile("\r\n|[\r\u2028\u2029\u0085]");
    private static final Pattern LONE_SURROGATES = Pattern.compile("\\p{IsCs}");
    private static final Pattern TERMINAL_ESCAPES = Pattern.compile("\u001b\\[[0-9;]*[a-zA-Z]");
    private static final Pattern CONTROLS =
            Pattern.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f\\u206a-\\u206f\\ufeff\\ufff9-\\ufffc]");

    private TextRepair() {}

    /** The text after all steps, again and again until nothing changes. */
    public static String repair(String text) {
        if (isPlain(text)) {
            return text;
        }
        var repaired = text;
        String before;
        do {
            before = repaired;
            repaired = once(repaired);
        } while (!repaired.equals(before));
        return repaired;
    }

    /** Latin ligatures and characters of unusual width need no step of their own: NFKC takes them apart. */
    private static String once(String text) {
        var repaired = WINDOWS_CHARACTERS.matcher(text).replaceAll(TextRepair::windowsCharacter);
        repaired = DOUBLE_QUOTES.matcher(repaired).replaceAll("\"");
        repaired = SINGLE_QUOTES.matcher(repaired).replaceAll("'");
        repaired = LINE_BREAKS.matcher(repaired).replaceAll("\n");
        repaired = LONE_SURROGATES.matcher(repaired).replaceAll("\ufffd");
        repaired = TERMINAL_ESCAPES.matcher(repaired).replaceAll("");
        repaired = CONTROLS.matcher(repaired).replaceAll("");
        return Normalizer.normalize(repaired, Normalizer.Form.NFKC);
    }

    private static boolean isPlain(String text) {
        for (var i = 0; i < text.length(); i++) {
            var character = text.charAt(i);
            if (character != '\n' && (character < ' ' || character > '~')) {
                return false;
            }
        }
        return true;
    }

    /** Five places have nothing else and stay. */
    private static String windowsCharacter(MatchResult match) {
        return String.valueOf(WINDOWS_1252.charAt(match.group().charAt(0) - 0x80));
    }
}
