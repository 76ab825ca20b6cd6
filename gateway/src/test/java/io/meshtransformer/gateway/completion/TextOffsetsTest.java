package io.meshtransformer.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextOffsetsTest {
    @Test
    void offsetsCountCodePoints() {
        assertThat(offsets("Hi", " 🌍", "é", "!")).containsExactly(0, 2, 4, 5);
    }

    @Test
    void aTokenInsideACharacterBeginsWhereTheCharacterDoes() {
        assertThat(offsets("a", "bytes:\\xe2\\x82", "bytes:\\xac", "b")).containsExactly(0, 1, 1, 2);
    }

    @Test
    void brokenBytesCountAsTheReplacementCharactersTheyBecome() {
        assertThat(offsets("bytes:\\xff", "bytes:\\xe2\\x82", "a", "b")).containsExactly(0, 1, 1, 3);
    }

    @Test
    void aTextThatOnlyLooksLikeBytesIsAText() {
        assertThat(offsets("bytes:", "x")).containsExactly(0, 6);
    }

    private static List<Integer> offsets(String... tokens) {
        var offsets = new TextOffsets();
        return Arrays.stream(tokens).map(offsets::next).toList();
    }
}
