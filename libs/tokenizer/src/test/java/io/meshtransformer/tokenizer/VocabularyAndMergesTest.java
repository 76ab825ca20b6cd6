package io.meshtransformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyAndMergesTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void gpt2() {
        Tokenizers.writeGpt2(directory);
    }

    @Test
    void endOfTextIsSpecialWhereNoFileSaysAnything() {
        assertThat(load().addedTokens()).containsExactly(AddedToken.special(50256, "<|endoftext|>"));
    }

    /** GPT-J's files have {@code <|extratoken_1|>} to {@code <|extratoken_143|>}. */
    @Test
    void addedTokensAreSoughtInTexts() throws IOException {
        write("added_tokens.json", "{\"<|extratoken_1|>\": 50257, \"<|extratoken_10|>\": 50266}");
        var tokenizer = load();
        assertThat(tokenizer.encode("a<|extratoken_10|>b<|extratoken_1|>")).containsExactly(64, 50266, 65, 50257);
        assertThat(tokenizer.decode(new int[] {50266, 50260, 50257})).isEqualTo("<|extratoken_10|><|extratoken_1|>");
        assertThat(tokenizer.vocabularySize()).isEqualTo(50267);
        assertThat(tokenizer.knows(50260)).isFalse();
    }

    @Test
    void theConfigurationDescribesAddedTokens() throws IOException {
        write("tokenizer_config.json", """
                {"add_prefix_space": true, "eos_token": "<|endoftext|>", "added_tokens_decoder": {
                  "50256": {"content": "<|endoftext|>", "special": true, "normalized": false, "rstrip": true}}}
                """);
        var tokenizer = load();
        assertThat(tokenizer.addedTokens())
                .containsExactly(new AddedToken(50256, "<|endoftext|>", true, false, false, true, false));
        assertThat(tokenizer.encode("hello<|endoftext|> \n world")).containsExactly(23748, 50256, 995);
        assertThat(tokenizer.fewestTokens(1_000_000)).isZero();
    }

    @Test
    void theFewestTokensFollowFromTheLongestOne() {
        assertThat(load().fewestTokens(0)).isZero();
        assertThat(load().fewestTokens(1)).isEqualTo(1);
        assertThat(load().fewestTokens(128)).isEqualTo(1);
        assertThat(load().fewestTokens(129)).isEqualTo(2);
    }

    @Test
    void aLineThatIsNoPairIsNamed() throws IOException {
        Files.writeString(directory.resolve("merges.txt"), "#version: 0.2\nĠ t\nĠ\n");
        assertThatThrownBy(this::load)
                .isInstanceOf(MalformedTokenizerException.class)
                .hasMessage("merges.txt: line 3, 'Ġ', is not a pair of tokens");
    }

    @Test
    void bytesOfHalfCharactersAreShownAsOpenAiShowsThem() {
        var gpt2 = Tokenizers.gpt2();
        assertThat(gpt2.piece(262)).isEqualTo(" the");
        assertThat(gpt2.piece(50256)).isEqualTo("<|endoftext|>");
        assertThat(gpt2.piece(447)).isEqualTo("bytes:\\xe2\\x80");
        assertThat(gpt2.piece(564)).isEqualTo("bytes: \\xe2\\x80");
        assertThat(gpt2.piece(198)).isEqualTo("\n");
    }

    private Tokenizer load() {
        return Tokenizer.load(directory).orElseThrow();
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(directory.resolve(file), content);
    }
}
