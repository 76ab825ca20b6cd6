package io.meshtransformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopTextMatcherTest {
    @Test
    void aStopTextIsFoundAcrossChunks() {
        var matcher = new StopTextMatcher(List.of("\n\nQ:"));
        assertThat(matcher.accept("The answer.")).isEqualTo("The answer.");
        assertThat(matcher.accept("\n")).isEmpty();
        assertThat(matcher.accept("\nQ")).isEmpty();
        assertThat(matcher.stopped()).isFalse();
        assertThat(matcher.accept(": and more")).isEmpty();
        assertThat(matcher.stopped()).isTrue();
        assertThat(matcher.accept("ignored")).isEmpty();
        assertThat(matcher.flush()).isEmpty();
    }

    @Test
    void textBeforeTheStopComesWithIt() {
        var matcher = new StopTextMatcher(List.of("END"));
        assertThat(matcher.accept("one two ENDURE")).isEqualTo("one two ");
        assertThat(matcher.stopped()).isTrue();
    }

    @Test
    void aBeginningThatCameToNothingIsReleased() {
        var matcher = new StopTextMatcher(List.of("abac"));
        assertThat(matcher.accept("xab")).isEqualTo("x");
        assertThat(matcher.accept("ab")).isEqualTo("ab");
        assertThat(matcher.accept("d")).isEqualTo("abd");
        assertThat(matcher.stopped()).isFalse();
    }

    @Test
    void whatIsHeldAtTheEndIsFlushed() {
        var matcher = new StopTextMatcher(List.of("stop"));
        assertThat(matcher.accept("a st")).isEqualTo("a ");
        assertThat(matcher.flush()).isEqualTo("st");
        assertThat(matcher.stopped()).isFalse();
    }

    @Test
    void aShorterStopInsideALongerOneWaitsForIt() {
        var longer = new StopTextMatcher(List.of("abcd", "c"));
        assertThat(longer.accept("xabc")).isEqualTo("x");
        assertThat(longer.stopped()).isFalse();
        assertThat(longer.accept("d")).isEmpty();
        assertThat(longer.stopped()).isTrue();

        var shorter = new StopTextMatcher(List.of("abcd", "c"));
        assertThat(shorter.accept("xabc")).isEqualTo("x");
        assertThat(shorter.accept("e")).isEqualTo("ab");
        assertThat(shorter.stopped()).isTrue();

        var ended = new StopTextMatcher(List.of("abcd", "c"));
        assertThat(ended.accept("xabc")).isEqualTo("x");
        assertThat(ended.flush()).isEqualTo("ab");
        assertThat(ended.stopped()).isTrue();
    }

    @Test
    void withoutStopTextsAllTextPasses() {
        var matcher = new StopTextMatcher(List.of());
        assertThat(matcher.accept("anything")).isEqualTo("anything");
        assertThat(matcher.flush()).isEmpty();
        assertThat(matcher.stopped()).isFalse();
    }

    @Test
    void anEmptyStopTextIsRefused() {
        assertThatThrownBy(() -> new StopTextMatcher(List.of("a", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stop text 1 is empty");
    }

    /** Two letters make beginnings, overlaps and matches frequent. */
    @Test
    void theTextEndsBeforeTheFirstStopHoweverItIsChunked() {
        var random = new Random(7);
        var stoppedRounds = 0;
        for (var round = 0; round < 20_000; round++) {
            var text = letters(random, random.nextInt(30));
            var stops = new ArrayList<String>();
            for (var i = 1 + random.nextInt(4); i > 0; i--) {
                stops.add(letters(random, 1 + random.nextInt(6)));
            }
            var matcher = new StopTextMatcher(stops);
            var given = new StringBuilder();
            for (var from = 0; from < text.length() && !matcher.stopped(); ) {
                var to = Math.min(text.length(), from + random.nextInt(5));
                given.append(matcher.accept(text.substring(from, to)));
                assertHoldsBackOnlyWhatItMust(given.length(), text.substring(0, to), stops, matcher);
                from = to;
            }
            given.append(matcher.flush());

            var first = stops.stream()
                    .mapToInt(text::indexOf)
                    .filter(index -> index >= 0)
                    .min();
            assertThat(given.toString())
                    .as("'%s' with stops %s", text, stops)
                    .isEqualTo(text.substring(0, first.orElse(text.length())));
            assertThat(matcher.stopped()).isEqualTo(first.isPresent());
            stoppedRounds += first.isPresent() ? 1 : 0;
        }
        assertThat(stoppedRounds).isBetween(2_000, 18_000);
    }

    /** What is not given out yet begins with a stop text or the beginning of one. */
    private static void assertHoldsBackOnlyWhatItMust(
            int given, String soFar, List<String> stops, StopTextMatcher matcher) {
        var held = soFar.substring(given);
        if (!held.isEmpty() && !matcher.stopped()) {
            assertThat(stops).anyMatch(stop -> stop.startsWith(held) || held.startsWith(stop));
        }
    }

    private static String letters(Random random, int length) {
        return random.ints(length, 0, 3)
                .collect(StringBuilder::new, (text, i) -> text.append("abé".charAt(i)), StringBuilder::append)
                .toString();
    }
}
