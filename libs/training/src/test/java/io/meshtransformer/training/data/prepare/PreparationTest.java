package io.meshtransformer.training.data.prepare;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.testkit.golden.SharedMaterial;
import io.meshtransformer.tokenizer.Tokenizer;
import io.meshtransformer.training.data.DataException;
import io.meshtransformer.training.data.Resources;
import io.meshtransformer.training.data.TestRecords;
import io.meshtransformer.training.data.TokenizerHash;
import io.meshtransformer.training.data.WindowIndex;
import io.meshtransformer.training.data.WindowSet;
import io.meshtransformer.training.data.document.ReadingOptions;
import io.meshtransformer.training.data.document.TextLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationTest {
    private static final Path STORIES = Path.of(System.getProperty("mtj.root"), "models/stories");
    private static final Tokenizer TOKENIZER = Tokenizer.load(STORIES).orElseThrow();
    private static final int END_OF_TEXT = 4095;
    private static final String SEPARATOR = "<|endoftext|>";

    @TempDir
    private Path folder;

    @Test
    void documentsAreJoinedByEndOfTextAndCut() throws IOException {
        var text = write("a.txt", "One day, a dog\n<|endoftext|>\nThe cat sat.\n<|endoftext|>\n");
        var report = prepare(options(4).build(), text);
        var stream = join("One day, a dog", "The cat sat.");
        var set = WindowSet.open(folder.resolve("out"));
        assertThat(set.read(0, (int) set.windows())).isEqualTo(Arrays.copyOf(stream, stream.length / 5 * 5));
        assertThat(report.training()).isEqualTo(set.index()).satisfies(index -> {
            assertThat(index.counts()).isEqualTo(new WindowIndex.Counts(2, stream.length, stream.length % 5));
            assertThat(index.sources()).containsExactly(text.toString());
            assertThat(index.tokenizer()).isEqualTo(TokenizerHash.of(STORIES));
            assertThat(index.shuffleSeed()).isEmpty();
        });
        assertThat(report.emptyDocuments()).isEqualTo(1);
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".partial"));
    }

    @Test
    void everyKindOfSourceGivesTheSameDocuments() throws IOException {
        var expected = join("One day, a dog", "Héllo ", " world");
        Files.write(folder.resolve("text.jsonl.zst"), Resources.bytes("text.jsonl.zst"));
        write(
                "text.jsonl",
                "{\"text\": [\"One day, a dog\"], \"n\": {}}\r\n\n{\"text\": \"Héllo <|endoftext|> world\"}");
        write("lines.txt", "One day, a dog\r\nHéllo <|endoftext|> world");
        write("separated.txt", "\uFEFFOne day, a dog<|endoftext|>Héllo <|endoftext|> world\n");
        for (var source : List.of("text.jsonl.zst", "text.jsonl", "separated.txt")) {
            assertThat(ids(options(1).build(), folder.resolve(source)))
                    .as(source)
                    .startsWith(Arrays.copyOf(expected, expected.length / 2 * 2));
        }
        var lines = options(1)
                .reading(new ReadingOptions(TextLayout.LINES, false, false, "text"))
                .build();
        assertThat(ids(lines, folder.resolve("lines.txt")))
                .startsWith(Arrays.copyOf(expected, expected.length / 2 * 2));
    }

    @Test
    void recordsKeepTheirOwnEnds() throws IOException {
        Files.write(folder.resolve("few.tfrecords"), TestRecords.file(new int[] {1, 2, 3}, new int[] {4, 5, 6}));
        assertThat(ids(options(2).build(), folder.resolve("few.tfrecords"))).containsExactly(1, 2, 3, 4, 5, 6);
        Files.write(folder.resolve("big.tfrecords"), TestRecords.file(new int[] {1, 4096}));
        assertThatThrownBy(() -> prepare(options(2).build(), folder.resolve("big.tfrecords")))
                .isInstanceOf(DataException.InvalidSource.class)
                .hasMessageContaining(
                        "big.tfrecords: what stands at byte 0 has the id 4,096, and the tokenizer has 4,096 ids");
    }

    @Test
    void exportedRecordsComeBackAsTheSameWindows() throws IOException {
        var source = write("a.txt", "One day, a dog<|endoftext|>The cat sat on the mat and the dog ran away.");
        prepare(options(4).build(), source);
        var set = WindowSet.open(folder.resolve("out"));
        TfRecordExport.write(set, folder.resolve("stories_4.tfrecords"));
        assertThat(ids(options(4).build(), folder.resolve("stories_4.tfrecords")))
                .isEqualTo(set.read(0, (int) set.windows()));
        assertThatThrownBy(() -> TfRecordExport.write(set, folder.resolve("stories_4.tfrecords")))
                .hasMessageEndingWith("stories_4.tfrecords is there already: delete it first, or choose another name");
    }

    @Test
    void aLongTextHasTheIdsOfTheWhole() throws IOException {
        var text = ("Once upon a time, there was a dog.\nIt said: \"Wow!\"  Then  it ran " + "away. ".repeat(30))
                .repeat(4000);
        assertThat(text.length()).isGreaterThan(900_000);
        var expected = TOKENIZER.encode(text);
        var whole = options(1)
                .reading(new ReadingOptions(TextLayout.WHOLE, false, true, "text"))
                .build();
        assertThat(ids(whole, write("long.txt", text))).startsWith(Arrays.copyOf(expected, expected.length - 1));
        var json = "{\"text\": \"" + text.replace("\n", "\\n").replace("\"Wow!\"", "\\\"Wow!\\\"") + "\"}";
        assertThat(ids(whole, write("long.jsonl", json))).startsWith(Arrays.copyOf(expected, expected.length - 1));
    }

    @Test
    void theSeedShufflesDocumentsAndNothingElse() throws IOException {
        var documents =
                IntStream.range(0, 300).mapToObj(i -> "Story " + i + " ends.").toList();
        var source = write("many.txt", String.join(SEPARATOR, documents));
        var inOrder = documents(ids(options(1).build(), source));
        var shuffled = documents(ids(options(1).shuffled(10).build(), source));
        assertThat(shuffled).isNotEqualTo(inOrder).containsExactlyInAnyOrderElementsOf(inOrder);
        assertThat(documents(ids(options(1).shuffled(10).threads(5).build(), source)))
                .isEqualTo(shuffled);
        assertThat(documents(ids(options(1).shuffled(11).build(), source))).isNotEqualTo(shuffled);
    }

    @Test
    void heldOutDocumentsAreForValidationAlone() throws IOException {
        var documents =
                IntStream.range(0, 100).mapToObj(i -> "Story " + i + " ends.").toList();
        var source = write("many.txt", String.join(SEPARATOR, documents));
        var all = documents(ids(options(1).build(), source));
        for (var heldOut : List.of(new HeldOut.Count(7, true), new HeldOut.Share(0.07, false))) {
            var out = folder.resolve(heldOut.toString());
            var report = prepare(options(1).shuffled(10).heldOut(heldOut).build(), out, source);
            var training = documents(ids(out));
            var validation = documents(ids(out.resolve("validation")));
            assertThat(validation).hasSize(7);
            assertThat(report.validation().orElseThrow().counts().documents()).isEqualTo(7);
            assertThat(training).hasSize(93).doesNotContainAnyElementsOf(validation);
            if (heldOut.last()) {
                assertThat(validation).isEqualTo(all.subList(93, 100));
            } else {
                assertThat(all.subList(93, 100)).isNotEqualTo(validation);
            }
        }
        assertThatThrownBy(() ->
                        prepare(options(1).heldOut(new HeldOut.Count(100, true)).build(), source))
                .hasMessage("of 100 documents 100 are to be held out for validation: none is left to learn from");
    }

    @Test
    void aCutOffDocumentIsLeftOutWhereThatIsAsked() throws IOException {
        var source = write("cut.txt", "One day.<|endoftext|>The cat.<|endoftext|>" + "And th".repeat(100_000));
        var options = options(1)
                .reading(new ReadingOptions(TextLayout.SEPARATED, true, false, "text"))
                .build();
        var report = prepare(options, source);
        assertThat(report.unendedDocuments()).isEqualTo(1);
        var stream = join("One day.", "The cat.");
        assertThat(ids(folder.resolve("out"))).isEqualTo(Arrays.copyOf(stream, stream.length / 2 * 2));
    }

    /** The text and the split of the reference run of models/stories. */
    @Test
    void theStoriesHaveAsManyTokensAsInTheReferenceRun() throws IOException {
        var source = SharedMaterial.require("data/text/tinystories/tinystories_train_first2MiB.txt");
        var reading = new ReadingOptions(TextLayout.SEPARATED, true, false, "text");
        var options = options(256)
                .reading(reading)
                .heldOut(new HeldOut.Count(110, true))
                .build();
        var report = prepare(options, source);
        assertThat(report.training().counts()).isEqualTo(new WindowIndex.Counts(2206, 480_899, 480_899 % 257));
        assertThat(report.validation().orElseThrow().counts())
                .isEqualTo(new WindowIndex.Counts(110, 34_229, 34_229 % 257));
    }

    @Test
    void badSourcesAreNamedAndLeaveNothing() throws IOException {
        refused("there is no such file or folder", folder.resolve("missing.txt"));
        refused("its name must end in .txt, .jsonl or .tfrecords", write("text.md", "text"));
        refused("the folder has no file whose name ends in", Files.createDirectory(folder.resolve("empty")));
        refused(
                "it is not UTF-8: byte 24 begins no character",
                Files.write(folder.resolve("latin.txt"), "One day.<|endoftext|>caf\u00E9".getBytes(ISO_8859_1)));
        refused("the line at byte 13 is not JSON", write("bad.jsonl", "{\"text\":\"a\"}\n{\"text\":"));
        refused("the line at byte 0 has no \"text\"", write("other.jsonl", "{\"content\":\"a\"}"));
        refused("the line at byte 0 has a \"text\" that is neither", write("number.jsonl", "{\"text\": 5}"));
        refused("the line at byte 0 has more behind", write("more.jsonl", "{\"text\": \"a\"} {}"));
        refused("cannot be", write("no.jsonl.zst", "this is no zstd"));
        refused("cannot be", write("no.txt.gz", "this is no gzip"));
        refused("there is no document in", write("blank.txt", "\n\n"));
        refused("documents have 3 tokens, and a window takes 10", write("short.txt", "a dog"));
    }

    private void refused(String message, Path source) throws IOException {
        assertThatThrownBy(() -> prepare(options(9).build(), source))
                .as(source.toString())
                .isInstanceOf(DataException.class)
                .hasMessageContaining(message);
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(folder.resolve(".out.partial")).doesNotExist();
    }

    @Test
    void anInterruptLeavesNothing() throws IOException {
        var source = write("many.txt", "Once upon a time. ".repeat(200_000));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> prepare(options(9).build(), source)).isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(folder.resolve(".out.partial")).doesNotExist();
    }

    @Test
    void aFolderThatIsTakenIsLeftAloneAndAKilledOnesRestIsRemoved() throws IOException {
        var source = write("a.txt", "One day, a dog said wow.");
        Files.createDirectories(folder.resolve(".out.partial/temporary"));
        Files.writeString(folder.resolve(".out.partial/temporary/documents.ids"), "rest");
        prepare(options(2).build(), source);
        assertThat(folder.resolve(".out.partial")).doesNotExist();
        assertThatThrownBy(() -> prepare(options(2).build(), source))
                .isInstanceOf(DataException.CannotPrepare.class)
                .hasMessageEndingWith("out is there already: delete it first, or choose another folder");
        WindowSet.open(folder.resolve("out")).verify();
    }

    @Test
    void aTokenizerThatIsNoneIsNamed() throws IOException {
        assertThatThrownBy(() -> Vocabulary.load(folder, Optional.empty()))
                .isInstanceOf(DataException.CannotPrepare.class)
                .hasMessage(folder + " has no tokenizer: neither tokenizer.json nor vocab.json and merges.txt");
        assertThatThrownBy(() -> Vocabulary.load(folder.resolve("none"), Optional.empty()))
                .hasMessageEndingWith("none: there is no such file or folder to read a tokenizer from");
        assertThatThrownBy(() -> Vocabulary.load(write("other.json", "{}"), Optional.empty()))
                .hasMessageEndingWith("other.json: a tokenizer is a folder or a file with the name tokenizer.json");
        assertThatThrownBy(() -> Vocabulary.load(STORIES, Optional.of("<|none|>")))
                .hasMessageEndingWith("has no token '<|none|>'");
        assertThat(Vocabulary.load(STORIES, Optional.of("!")).separator()).isEqualTo("!");
    }

    private int[] ids(PreparationOptions options, Path source) throws IOException {
        var out = Files.createTempDirectory(folder, "ids");
        prepare(options, out, source);
        return ids(out);
    }

    private static int[] ids(Path directory) throws IOException {
        var set = WindowSet.open(directory);
        set.verify();
        return set.read(0, (int) set.windows());
    }

    /** Texts between ends; one that the windows' end cut is completed by what it must be. */
    private static List<String> documents(int[] ids) {
        var documents = new ArrayList<>(List.of(TOKENIZER.decode(ids).split(Pattern.quote(SEPARATOR))));
        documents.replaceAll(text -> text.endsWith(" ends") ? text + "." : text);
        return documents;
    }

    private static int[] join(String... documents) {
        return Arrays.stream(documents)
                .flatMapToInt(
                        text -> IntStream.concat(Arrays.stream(TOKENIZER.encode(text)), IntStream.of(END_OF_TEXT)))
                .toArray();
    }

    private Path write(String name, String text) throws IOException {
        return Files.write(folder.resolve(name), text.getBytes(UTF_8));
    }

    private PreparationReport prepare(PreparationOptions options, Path source) throws IOException {
        return prepare(options, folder.resolve("out"), source);
    }

    private static PreparationReport prepare(PreparationOptions options, Path out, Path source) throws IOException {
        var vocabulary = Vocabulary.load(STORIES.resolve("tokenizer.json"), Optional.empty());
        return new Preparation(vocabulary, options, PreparationProgress.NONE).run(List.of(source), out);
    }

    private static Options options(int sequence) {
        return new Options(sequence);
    }

    /** In the sources' order, unless a test says otherwise. */
    private static final class Options {
        private final int sequence;
        private OptionalLong seed = OptionalLong.empty();
        private HeldOut heldOut = HeldOut.NONE;
        private ReadingOptions reading = ReadingOptions.DEFAULT;
        private int threads = 2;

        Options(int sequence) {
            this.sequence = sequence;
        }

        Options shuffled(long by) {
            seed = OptionalLong.of(by);
            return this;
        }

        Options heldOut(HeldOut documents) {
            heldOut = documents;
            return this;
        }

        Options reading(ReadingOptions how) {
            reading = how;
            return this;
        }

        Options threads(int count) {
            threads = count;
            return this;
        }

        PreparationOptions build() {
            return new PreparationOptions(
                    sequence, seed.orElse(PreparationOptions.SEED), seed.isEmpty(), heldOut, reading, threads, 1 << 20);
        }
    }
}
