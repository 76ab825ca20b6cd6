package io.meshtransformer.gptj.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
    /** The known answers for philox4x32 with 10 rounds that the authors publish with Random123 (kat_vectors). */
    @ParameterizedTest
    @CsvSource({
        "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
    })
    void givesTheKnownAnswers(String counter, String key, String answer) {
        var counterWords = words(counter);
        var keyWords = words(key);
        var block = new int[6];
        Philox.block(pair(keyWords, 0), pair(counterWords, 0), pair(counterWords, 2), block, 1);
        assertThat(block).containsExactly(0, words(answer)[0], words(answer)[1], words(answer)[2], words(answer)[3], 0);
    }

    @Test
    void uniformNumbersAreBelowOneAndSpreadEvenly() {
        var tenths = new int[10];
        var sum = 0.0;
        for (var i = 0; i < 100_000; i++) {
            var number = Philox.uniform(7, i, 3);
            assertThat(number).isBetween(0.0, Math.nextDown(1.0));
            tenths[(int) (10 * number)]++;
            sum += number;
        }
        // Five standard deviations of a count of 100,000 at 1/10 are 474, of the mean 0.0046.
        assertThat(Arrays.stream(tenths).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(9_500, 10_500));
        assertThat(sum / 100_000).isBetween(0.495, 0.505);
    }

    private static int[] words(String hexadecimal) {
        return Arrays.stream(hexadecimal.split(" "))
                .mapToInt(word -> Integer.parseUnsignedInt(word, 16))
                .toArray();
    }

    private static long pair(int[] words, int at) {
        return words[at] & 0xFFFFFFFFL | (long) words[at + 1] << 32;
    }
}
