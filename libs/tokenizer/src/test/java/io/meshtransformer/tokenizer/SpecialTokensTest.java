package io.meshtransformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecialTokensTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void aTokenizer() throws IOException {
        Files.copy(Golden.storiesDirectory().resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
    }

    @Test
    void withoutAnyFileNothingHasARole() {
        assertThat(load().bos()).isEmpty();
        assertThat(load().eos()).isEmpty();
        assertThat(load().addedTokens()).containsExactly(AddedToken.special(4095, "<|endoftext|>"));
    }

    @Test
    void theModelsConfigurationNamesThemById() throws IOException {
        write("config.json", "{\"bos_token_id\": 0, \"eos_token_id\": 4095}");
        assertThat(load().bos()).contains(new SpecialToken(0, "!"));
        assertThat(load().eos()).contains(new SpecialToken(4095, "<|endoftext|>"));
    }

    @Test
    void anIdOfTheModelBeyondTheTokenizerHasNoRole() throws IOException {
        write("config.json", "{\"bos_token_id\": null, \"eos_token_id\": 50256}");
        assertThat(load().bos()).isEmpty();
        assertThat(load().eos()).isEmpty();
    }

    @Test
    void theTokenizersConfigurationGoesFirst() throws IOException {
        write("config.json", "{\"eos_token_id\": 7}");
        write("special_tokens_map.json", "{\"eos_token\": \"!\", \"bos_token\": \"#\"}");
        write("tokenizer_config.json", "{\"eos_token\": {\"content\": \"<|endoftext|>\"}}");
        assertThat(load().eos()).contains(new SpecialToken(4095, "<|endoftext|>"));
        assertThat(load().bos()).contains(new SpecialToken(2, "#"));
    }

    @Test
    void aRoleForNoTokenIsAnError() throws IOException {
        write("tokenizer_config.json", "{\"eos_token\": \"</s>\"}");
        assertThatThrownBy(this::load)
                .isInstanceOf(MalformedTokenizerException.class)
                .hasMessage("tokenizer_config.json: /eos_token is '</s>', which is no token");
    }

    @Test
    void theDemoModelEndsTextsWithItsEndOfText() {
        assertThat(Tokenizers.stories().eos()).contains(new SpecialToken(4095, "<|endoftext|>"));
        assertThat(Tokenizers.stories().vocabularySize()).isEqualTo(4096);
    }

    private Tokenizer load() {
        return Tokenizer.load(directory).orElseThrow();
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(directory.resolve(file), content);
    }
}
