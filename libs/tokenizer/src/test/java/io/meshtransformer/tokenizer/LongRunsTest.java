package io.meshtransformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Long stretches of one kind; Hugging Face's ids for them repeat. */
class LongRunsTest {
    private final Tokenizer gpt2 = Tokenizers.gpt2();

    @Test
    void spacesAreTokensOfTheirOwnUpToTheOneBeforeAWord() {
        // GPT-2 has no token of two spaces, but one of " a".
        var ids = gpt2.encode(" ".repeat(100_000) + "a");
        assertThat(ids).hasSize(100_000).endsWith(220, 257);
        assertThat(Arrays.stream(ids).limit(99_999).distinct().toArray()).containsExactly(220);
    }

    @Test
    void lettersFormTheLongestTokens() {
        var ids = gpt2.encode("a".repeat(100_000));
        assertThat(Arrays.stream(ids).distinct().toArray()).containsExactly(24794); // aaaa
        assertThat(ids).hasSize(25_000);
    }

    @Test
    void linesAreTakenInPairs() {
        var ids = gpt2.encode("\n".repeat(100_001));
        assertThat(ids).hasSize(50_001).endsWith(628, 198);
    }

    @Test
    void theLongestStretchIsToldWithoutMerging() {
        assertThat(gpt2.longestStretch("")).isZero();
        assertThat(gpt2.longestStretch("one three, four")).isEqualTo(6);
        assertThat(gpt2.longestStretch("x" + " ".repeat(100_000) + "y")).isEqualTo(99_999);
        assertThat(gpt2.longestStretch("abcd 🙂🙂 e")).isEqualTo(9);
    }

    @Test
    void bytesAreCountedWithoutDecoding() {
        assertThat(gpt2.byteCount(new int[] {24794, 628, 50_300, -1})).isEqualTo(6);
        assertThat(gpt2.byteCount(gpt2.encode("Ångström 🙂"))).isEqualTo(15);
    }
}
