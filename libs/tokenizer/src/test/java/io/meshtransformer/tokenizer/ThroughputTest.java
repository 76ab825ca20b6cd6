package io.meshtransformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Floors far below what {@link Throughput} measures, as tests run with assertions on and among others; a quadratic
 * encoder would miss them by orders of magnitude.
 */
class ThroughputTest {
    private static final double PROSE_FLOOR = 2; // MB/s; Throughput says 17 to 25
    private static final double UNBROKEN_FLOOR =
            0.05; // MB/s; Throughput says 0.5 to 5, a quadratic encoder under 0.001

    private final Tokenizer gpt2 = Tokenizers.gpt2();

    @Test
    void proseIsEncodedFast() {
        var licence = Golden.read(Golden.storiesDirectory().resolve("../../LICENSE"));
        assertThat(Throughput.bestOf(5, gpt2, licence.repeat(100))).isGreaterThan(PROSE_FLOOR);
    }

    /** Texts that no expression cuts: the whole is one piece to merge. */
    @TestFactory
    Stream<DynamicTest> aMegabyteWithoutABreakIsEncodedFast() {
        return Stream.of("a", " ", "<", "🙂", "ÃÂ").map(unit -> {
            var text = unit.repeat((1 << 20) / unit.getBytes(StandardCharsets.UTF_8).length);
            return DynamicTest.dynamicTest("of U+%04X".formatted(unit.codePointAt(0)), () -> {
                assertThat(Throughput.bestOf(1, gpt2, text)).isGreaterThan(UNBROKEN_FLOOR);
            });
        });
    }

    @Test
    void randomLettersWithoutABreakAreEncodedFast() {
        var letters = new Random(3)
                .ints(1 << 19, 'a', 'z' + 1)
                .collect(StringBuilder::new, (text, letter) -> text.append((char) letter), StringBuilder::append)
                .toString();
        assertThat(Throughput.bestOf(1, gpt2, letters)).isGreaterThan(UNBROKEN_FLOOR);
        assertThat(gpt2.decode(gpt2.encode(letters)).equals(letters)).isTrue();
    }

    @Test
    void aMegabyteOfAddedTokensIsSplitFast() {
        var text = "<|endoftext|><|endoftext|".repeat(1 << 15);
        assertThat(Throughput.bestOf(1, gpt2, text)).isGreaterThan(UNBROKEN_FLOOR);
    }
}
