package io.meshtransformer.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowSetTest {
    private static final int WINDOW = 9;

    @TempDir
    private Path folder;

    private final int[] ids = new Random(1).ints(9 * 57 + 4, 0, 65_536).toArray();
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        directory = TestWindows.write(folder.resolve("set"), WINDOW, 65_536, 200, ids);
    }

    @ParameterizedTest
    @ValueSource(ints = {65_536, 65_537, Integer.MAX_VALUE})
    void windowsComeBackWhateverAnIdTakes(int vocabulary) throws IOException {
        var wide = new Random(2).ints(9 * 31, 0, vocabulary).toArray();
        for (var fileBytes : new long[] {1, 40, 1000, WindowSetWriter.FILE_BYTES}) {
            var path = folder.resolve(vocabulary + "-" + fileBytes);
            var set = WindowSet.open(TestWindows.write(path, WINDOW, vocabulary, fileBytes, wide));
            assertThat(set.read(0, 31)).isEqualTo(wide);
            assertThat(set.read(30, 1)).isEqualTo(Arrays.copyOfRange(wide, 30 * 9, 31 * 9));
            set.verify();
        }
    }

    @Test
    void theTailIsCountedAndLeftOut() throws IOException {
        var index = WindowSet.open(directory).index();
        assertThat(index.windows()).isEqualTo(57);
        assertThat(index.sequence()).isEqualTo(8);
        assertThat(index.counts()).isEqualTo(new WindowIndex.Counts(1, 9 * 57 + 4, 4));
        assertThat(index.files()).hasSize(6).allMatch(file -> file.windows() <= 11);
    }

    @Test
    void anEarlierEndOfAFileIsNamedAtOpening() throws IOException {
        var file = directory.resolve("windows-00002.bin");
        var bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> WindowSet.open(directory))
                .isInstanceOf(DataException.CorruptWindows.class)
                .hasMessage(file + ": it has 325 bytes, and its header says 326: 11 windows of 9 ids");
        Files.write(file, Arrays.copyOf(bytes, 100));
        assertThatThrownBy(() -> WindowSet.open(directory))
                .hasMessage(file + ": it has 100 bytes, a header alone has 128");
    }

    @Test
    void anyFlippedByteIsFound() throws IOException {
        var file = directory.resolve("windows-00001.bin");
        var bytes = Files.readAllBytes(file);
        for (var i = 0; i < bytes.length; i++) {
            bytes[i] ^= 4;
            Files.write(file, bytes);
            assertThatThrownBy(() -> WindowSet.open(directory).verify())
                    .isInstanceOf(DataException.CorruptWindows.class)
                    .hasMessageStartingWith(file.toString());
            bytes[i] ^= 4;
        }
        Files.write(file, bytes);
        WindowSet.open(directory).verify();
    }

    @Test
    void aMissingFileAndAnotherSetsFileAreNamed() throws IOException {
        var file = directory.resolve("windows-00003.bin");
        Files.copy(file, folder.resolve("aside"));
        Files.delete(file);
        assertThatThrownBy(() -> WindowSet.open(directory))
                .hasMessage(file + ": the set's index names it, and it is not there");
        Files.copy(directory.resolve("windows-00000.bin"), file);
        assertThatThrownBy(() -> WindowSet.open(directory))
                .hasMessageStartingWith(file + ": its header says")
                .hasMessageContaining("for SHA-256");
    }

    @Test
    void aFolderWithoutAnIndexSaysWhatMakesOne() {
        assertThatThrownBy(() -> WindowSet.open(folder))
                .isInstanceOf(DataException.CorruptWindows.class)
                .hasMessageContaining("there is no windows.json in it: 'mtj data prepare' makes such a folder");
    }

    @Test
    void aDamagedIndexIsNamed() throws IOException {
        var index = directory.resolve("windows.json");
        var text = Files.readString(index);
        for (var damaged : Stream.of(
                        "{", text.replace("\"files\"", "\"fils\""), text.replace("\"version\" : 1", "\"version\" : 2"))
                .toList()) {
            Files.writeString(index, damaged);
            assertThatThrownBy(() -> WindowSet.open(directory))
                    .isInstanceOf(DataException.CorruptWindows.class)
                    .hasMessageStartingWith(index.toString());
        }
    }

    @Test
    void whatDoesNotFitARunSaysBothNumbers() throws IOException {
        var set = WindowSet.open(directory);
        assertThatThrownBy(() -> set.requireSequence(2048))
                .isInstanceOf(DataException.UnsuitableWindows.class)
                .hasMessageContaining(
                        "cut for sequences of 8 tokens, and the run's have 2,048: prepare the data with --sequence 2048");
        assertThatThrownBy(() -> set.requireVocabulary(50_400))
                .hasMessageContaining("its tokenizer has 65,536 ids, and the model 50,400");
        assertThatThrownBy(() -> set.requireTokenizer("cd")).hasMessageContaining(TestWindows.TOKENIZER);
        set.requireSequence(8);
        set.requireVocabulary(65_536);
        set.requireTokenizer(TestWindows.TOKENIZER);
    }

    @Test
    void fewerTokensThanAWindowAreRefused() {
        assertThatThrownBy(() -> TestWindows.write(folder.resolve("few"), WINDOW, 10, 100, 1, 2, 3))
                .isInstanceOf(DataException.CannotPrepare.class)
                .hasMessage("1 documents have 3 tokens, and a window takes 9");
        assertThat(folder.resolve("few")).isEmptyDirectory();
    }
}
