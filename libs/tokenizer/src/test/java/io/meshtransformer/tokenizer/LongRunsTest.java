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
}
