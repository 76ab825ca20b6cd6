package io.meshtransformer.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Finds added tokens in a text the way Hugging Face does: the leftmost first, of those the longest; in two rounds, as
 * tokens marked {@code normalized} are sought only in what the others left.
 */
final class AddedTokenFinder {
    private static final Predicate<String> WORD_CHARACTER =
            Pattern.compile("\\w", Pattern.UNICODE_CHARACTER_CLASS).asMatchPredicate();
    private static final Predicate<String> WHITE_SPACE =
            Pattern.compile("\\s", Pattern.UNICODE_CHARACTER_CLASS).asMatchPredicate();

    private final Node verbatim = new Node();
    private final Node normalized = new Node();

    AddedTokenFinder(List<AddedToken> tokens) {
        for (var token : tokens) {
            (token.normalized() ? normalized : verbatim).add(token);
        }
    }

    /** A stretch of text without added tokens, or one of them. */
    sealed interface Segment {
        record Text(String text) implements Segment {}

        record Token(int id) implements Segment {}
    }

    /** The segments in order; a text without added tokens is one segment. */
    List<Segment> segments(String text) {
        var result = new ArrayList<Segment>();
        for (var segment : segments(text, verbatim)) {
            switch (segment) {
                case Segment.Text(var rest) -> result.addAll(segments(rest, normalized));
                case Segment.Token token -> result.add(token);
            }
        }
        return result;
    }

    private static List<Segment> segments(String text, Node root) {
        if (root.children.isEmpty()) {
            return List.of(new Segment.Text(text));
        }
        var segments = new ArrayList<Segment>();
        var taken = 0;
        var i = 0;
        while (i < text.length()) {
            var token = root.longestAt(text, i);
            if (token == null) {
                i++;
                continue;
            }
            var begin = i;
            var end = i + token.content().length();
            i = end;
            if (token.singleWord() && (wordEndsAt(text, begin) || wordBeginsAt(text, end))) {
                continue;
            }
            if (token.lstrip()) {
                begin = Math.max(whiteSpaceBefore(text, begin), taken);
            }
            if (token.rstrip()) {
                end = whiteSpaceAfter(text, end);
            }
            if (taken < begin) {
                segments.add(new Segment.Text(text.substring(taken, begin)));
            }
            segments.add(new Segment.Token(token.id()));
            taken = end;
        }
        if (taken < text.length()) {
            segments.add(new Segment.Text(text.substring(taken)));
        }
        return segments;
    }

    private static boolean wordEndsAt(String text, int index) {
        return index > 0 && WORD_CHARACTER.test(Character.toString(text.codePointBefore(index)));
    }

    private static boolean wordBeginsAt(String text, int index) {
        return index < text.length() && WORD_CHARACTER.test(Character.toString(text.codePointAt(index)));
    }

    private static int whiteSpaceBefore(String text, int index) {
        while (index > 0 && WHITE_SPACE.test(text.substring(index - 1, index))) {
            index--;
        }
        return index;
    }

    private static int whiteSpaceAfter(String text, int index) {
        while (index < text.length() && WHITE_SPACE.test(text.substring(index, index + 1))) {
            index++;
        }
        return index;
    }

    /** A trie of token contents. */
    private static final class Node {
        private final Map<Character, Node> children = new HashMap<>();
        private AddedToken token;

        void add(AddedToken added) {
            var node = this;
            for (var i = 0; i < added.content().length(); i++) {
                node = node.children.computeIfAbsent(added.content().charAt(i), _ -> new Node());
            }
            node.token = added;
        }

        AddedToken longestAt(String text, int index) {
            AddedToken longest = null;
            var node = children.get(text.charAt(index));
            for (var i = index + 1; node != null; i++) {
                longest = node.token == null ? longest : node.token;
                node = i < text.length() ? node.children.get(text.charAt(i)) : null;
            }
            return longest;
        }
    }
}
