package io.meshtransformer.tokenizer;

import java.util.List;

/**
 * Cuts a stream of text at the first place where one of several stop texts begins, however the stream was chunked.
 *
 * <p>Text is held back only while it may be the beginning of a stop text. All texts given out, joined, are the whole
 * text before the smallest {@code indexOf} of any stop text. Where a stop text is found inside what may still become a
 * longer one that began earlier, the stream goes on until that is settled. Takes time linear in the text (Knuth,
 * Morris, Pratt). One stream each, not thread-safe.
 */
public final class StopTextMatcher {
    private final String[] stops;
    /** Per stop text and length: the longest proper prefix that is a suffix of the prefix of this length. */
    private final int[][] fallbacks;
    /** Per stop text: how many of its characters end the text so far. */
    private final int[] matched;

    private final StringBuilder held = new StringBuilder();
    /** Index in {@link #held} where the earliest complete stop text begins, or -1. */
    private int found = -1;

    private boolean stopped;

    /** @throws IllegalArgumentException if a stop text is empty */
    public StopTextMatcher(List<String> stops) {
        this.stops = stops.toArray(String[]::new);
        this.fallbacks = new int[this.stops.length][];
        this.matched = new int[this.stops.length];
        for (var i = 0; i < this.stops.length; i++) {
            if (this.stops[i].isEmpty()) {
                throw new IllegalArgumentException("stop text " + i + " is empty");
            }
            fallbacks[i] = fallbacks(this.stops[i]);
        }
    }

    /** Takes the next text and gives what may be shown now. After a stop it gives nothing any more. */
    public String accept(String text) {
        if (stopped) {
            return "";
        }
        if (stops.length == 0) {
            return text;
        }
        for (var i = 0; i < text.length() && !stopped; i++) {
            accept(text.charAt(i));
        }
        return release(stopped ? found : earliestOpen());
    }

    /** The stream ended: gives what was held back, up to a stop text if one was complete. */
    public String flush() {
        if (stopped) {
            return "";
        }
        stopped = found >= 0;
        return release(stopped ? found : held.length());
    }

    /** Whether a stop text was found, so that nothing follows. */
    public boolean stopped() {
        return stopped;
    }

    private void accept(char character) {
        held.append(character);
        for (var i = 0; i < stops.length; i++) {
            advance(i, character);
            if (matched[i] == stops[i].length()) {
                var begin = held.length() - matched[i];
                found = found < 0 ? begin : Math.min(found, begin);
                matched[i] = fallbacks[i][matched[i]];
            }
        }
        stopped = found >= 0 && earliestOpen() >= found;
    }

    private void advance(int stop, char character) {
        var length = matched[stop];
        while (length > 0 && stops[stop].charAt(length) != character) {
            length = fallbacks[stop][length];
        }
        matched[stop] = stops[stop].charAt(length) == character ? length + 1 : 0;
    }

    /** Index in {@link #held} of the first character that may begin a stop text or begins one. */
    private int earliestOpen() {
        var longest = 0;
        for (var length : matched) {
            longest = Math.max(longest, length);
        }
        var open = held.length() - longest;
        return found >= 0 ? Math.min(open, found) : open;
    }

    private String release(int length) {
        var text = held.substring(0, length);
        held.delete(0, length);
        found = found < 0 ? -1 : found - length;
        return text;
    }

    private static int[] fallbacks(String stop) {
        var fallbacks = new int[stop.length() + 1];
        for (int i = 1, length = 0; i < stop.length(); i++) {
            while (length > 0 && stop.charAt(i) != stop.charAt(length)) {
                length = fallbacks[length];
            }
            if (stop.charAt(i) == stop.charAt(length)) {
                length++;
            }
            fallbacks[i + 1] = length;
        }
        return fallbacks;
    }
}
