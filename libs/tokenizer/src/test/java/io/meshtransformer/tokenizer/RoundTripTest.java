package io.meshtransformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundTripTest {
    private final Tokenizer gpt2 = Tokenizers.gpt2();

    @Test
    void everyTextComesBackFromItsIds() {
        var random = new Random(41);
        for (var round = 0; round < 1_000; round++) {
            var text = randomText(random, random.nextInt(200));
            assertThat(gpt2.decode(gpt2.encode(text))).isEqualTo(text);
            assertThat(gpt2.decode(gpt2.encodeOrdinary(text))).isEqualTo(text);
            assertThat(Tokenizers.stories().decode(Tokenizers.stories().encode(text)))
                    .isEqualTo(text);
        }
    }

    @Test
    void everyCodePointComesBackFromItsIds() {
        for (var block = 0; block <= Character.MAX_CODE_POINT; block += 256) {
            if (block >= Character.MIN_SURROGATE && block <= Character.MAX_SURROGATE) {
                continue;
            }
            var text = IntStream.range(block, block + 256)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            assertThat(gpt2.decode(gpt2.encode(text))).isEqualTo(text);
        }
    }

    @Test
    void endOfTextIsATokenOrItsThirteenCharacters() {
        assertThat(gpt2.encode("a<|endoftext|>b")).containsExactly(64, 50256, 65);
        assertThat(gpt2.encodeOrdinary("<|endoftext|>")).hasSizeGreaterThan(1).doesNotContain(50256);
    }

    @Test
    void aLoneSurrogateIsRefusedWithItsPlace() {
        assertLone("ab\uD83D", 2);
        assertLone("\uDE42", 0);
        assertLone("🙂\uD83Dx", 2);
        assertLone("\uD83D\uD83D\uDE42", 0);
        assertThatThrownBy(() -> gpt2.encode("ab\uD83D"))
                .hasMessage("the text has a lone surrogate, U+D83D, at index 2");
    }

    private void assertLone(String text, int index) {
        assertThatThrownBy(() -> gpt2.encode(text))
                .isInstanceOfSatisfying(
                        IllFormedTextException.class, e -> assertThat(e.index()).isEqualTo(index));
        assertThatThrownBy(() -> gpt2.encodeOrdinary(text)).isInstanceOf(IllFormedTextException.class);
    }

    /** Mixes scripts, white space, controls and single words. */
    static String randomText(Random random, int length) {
        var words =
                new String[] {"the", " of", "'ll", "  ", "\r\n", "\u00A0", "🙂", "👩\u200D💻", "é", "<|", "|>", "\t"};
        var text = new StringBuilder();
        while (text.length() < length) {
            switch (random.nextInt(4)) {
                case 0 -> text.append(words[random.nextInt(words.length)]);
                case 1 -> text.append((char) (' ' + random.nextInt(95)));
                case 2 -> text.append((char) random.nextInt(0x3000));
                default -> {
                    var codePoint = random.nextInt(Character.MAX_CODE_POINT + 1);
                    if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                        text.appendCodePoint(codePoint);
                    }
                }
            }
        }
        return text.toString();
    }
}
