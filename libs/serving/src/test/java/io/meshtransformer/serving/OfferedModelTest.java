package io.meshtransformer.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.contracts.ModelDescription.TokenizerDescription;
import io.meshtransformer.files.Sha256;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.ModelFormatException;
import io.meshtransformer.tokenizer.MalformedTokenizerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfferedModelTest {
    private static final Instant LONG_AGO = Instant.parse("2021-06-09T12:00:00Z");

    @TempDir
    private Path directory;

    @Test
    void aModelIsDescribedForClients() {
        var description = stories().description();
        assertThat(description.id()).isEqualTo("stories");
        assertThat(description.contextLength()).isEqualTo(256);
        assertThat(description.vocabularySize()).isEqualTo(4096);
        assertThat(description.tokenizer())
                .isEqualTo(new TokenizerDescription(4096, "<|endoftext|>", 4095, "<|endoftext|>", 4095));
        assertThat(idsOnly().description().tokenizer()).isNull();
    }

    @Test
    void aModelIsAsOldAsItsNewestWeights() throws IOException {
        copy("config.json");
        touch("model-00001-of-00002.safetensors", LONG_AGO.minusSeconds(60));
        touch("model-00002-of-00002.safetensors", LONG_AGO);
        var model = OfferedModel.load(directory, "m");
        assertThat(model.created()).isEqualTo(LONG_AGO);
        assertThat(model.tokenizer()).isEmpty();
    }

    @Test
    void withoutWeightsAModelIsAsOldAsItsConfiguration() throws IOException {
        copy("config.json");
        Files.setLastModifiedTime(directory.resolve("config.json"), FileTime.from(LONG_AGO));
        assertThat(OfferedModel.load(directory, "m").created()).isEqualTo(LONG_AGO);
    }

    @Test
    void anEmptyContextIsTheTokenBeforeATextOrElseTheModelsFirst() {
        assertThat(stories().prefixId()).isEqualTo(4095);
        assertThat(idsOnly().prefixId()).isEqualTo(95);
    }

    @Test
    void aDirectoryWithoutConfigurationIsNoModel() {
        assertThatThrownBy(() -> OfferedModel.load(directory, "m"))
                .isInstanceOf(ModelFormatException.InvalidConfig.class);
    }

    @Test
    void aBrokenTokenizerIsNotTakenForNone() throws IOException {
        copy("config.json");
        Files.writeString(directory.resolve("tokenizer.json"), "{");
        assertThatThrownBy(() -> OfferedModel.load(directory, "m")).isInstanceOf(MalformedTokenizerException.class);
    }

    @Test
    void aTokenizerBeyondTheModelIsRefused() {
        var stories = stories();
        var small = new GptjConfig(4000, 256, 256, 6, 8, 16, 1024, 1e-5f, 0, 0);
        assertThatThrownBy(
                        () -> new OfferedModel("small", LONG_AGO, small, stories.tokenizer(), stories.tokenizerHash()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the tokenizer of 'small' has ids up to 4095, the model's end at 3999");
    }

    @Test
    void aTokenizerIsKnownByTheHashOfItsFile() throws IOException {
        assertThat(stories().tokenizerHash())
                .contains(Sha256.of(storiesDirectory().resolve("tokenizer.json")));
        assertThat(idsOnly().tokenizerHash()).isEmpty();
    }

    /** The demo model: a context of 256 tokens, 4096 ids, with a tokenizer; {@code <|endoftext|>} is 4095. */
    private static OfferedModel stories() {
        try {
            return OfferedModel.load(storiesDirectory(), "stories");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path storiesDirectory() {
        return Path.of(System.getProperty("mtj.root"), "models", "stories");
    }

    private static OfferedModel idsOnly() {
        var config = new GptjConfig(96, 32, 40, 2, 5, 6, 72, 1e-5f, 95, 95);
        return new OfferedModel("ids", Instant.EPOCH, config, Optional.empty(), Optional.empty());
    }

    private void copy(String file) throws IOException {
        Files.copy(storiesDirectory().resolve(file), directory.resolve(file));
    }

    private void touch(String file, Instant time) throws IOException {
        Files.setLastModifiedTime(Files.createFile(directory.resolve(file)), FileTime.from(time));
    }
}
