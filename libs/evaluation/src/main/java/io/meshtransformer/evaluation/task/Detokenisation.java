package io.meshtransformer.evaluation.task;

import java.util.List;
import java.util.regex.Pattern;

/**
 * WikiText's pages as people would write them: without the spaces that separate its tokens. Source:
 * lm-evaluation-harness, {@code lm_eval/tasks/wikitext/preprocess_wikitext.py}, whose rules and their order these are.
 */
final class Detokenisation {
    private static final String SPACE = "[\\s\\x1c-\\x1f]*";

    private static final List<Rule> RULES = List.of(
            plain("s '", "s'"),
            new Rule(Pattern.compile("/' [0-9]/"), "/'[0-9]/"),
            plain(" @-@ ", "-"),
            plain(" @,@ ", ","),
            plain(" @.@ ", "."),
            plain(" : ", ": "),
            plain(" ; ", "; "),
            plain(" . ", ". "),
            plain(" ! ", "! "),
            plain(" ? ", "? "),
            plain(" , ", ", "),
            inside("\\(", "[^\\)]", "\\)", "($1)"),
            inside("\\[", "[^\\]]", "\\]", "[$1]"),
            inside("\\{", "[^}]", "\\}", "{$1}"),
            inside("\"", "[^\"]", "\"", "\"$1\""),
            inside("'", "[^']", "'", "'$1'"),
            plain("= = = =", "===="),
            plain("= = =", "==="),
            plain("= =", "=="),
            plain(" \u00b0 ", "\u00b0"),
            plain(" \n", "\n"),
            plain("\n ", "\n"),
            plain(" N ", " 1 "),
            plain(" 's", "'s"));

    private Detokenisation() {}

    private record Rule(Pattern pattern, String replacement) {}

    static String of(String page) {
        var text = page;
        for (var rule : RULES) {
            text = rule.pattern().matcher(text).replaceAll(rule.replacement());
        }
        return text;
    }

    private static Rule plain(String text, String replacement) {
        return new Rule(Pattern.compile(text, Pattern.LITERAL), replacement);
    }

    /** What stands between two marks, without the space around it. */
    private static Rule inside(String open, String content, String close, String replacement) {
        return new Rule(
                Pattern.compile(open + SPACE + "(" + content + "*?)" + SPACE + close, Pattern.UNICODE_CHARACTER_CLASS),
                replacement);
    }
}
