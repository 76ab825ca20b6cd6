package io.meshtransformer.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code mtj data} with the tokenizer of models/stories. */
class DataCommandTest {
    private static final String STORIES =
            Path.of(System.getProperty("mtj.root"), "models/stories").toString();

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void preparedDataIsCountedAndShown() throws IOException {
        var text = write("a.txt", "One day, a dog ran.\n<|endoftext|>\n".repeat(100) + "It is");
        var data = folder.resolve("data");

        assertThat(prepare(text, data, "--sequence", "16", "--validation", "10%", "--ended-only"))
                .isZero();

        assertThat(out.toString().lines().toList())
                .containsSubsequence(
                        data + ": sequences of 16 tokens, windows of one more",
                        "                        TRAINING      VALIDATION",
                        "documents                     90              10",
                        "tokens                       720              80",
                        "windows                       42               4",
                        "tokens dropped                 6              12",
                        "left out: 1 document that nothing ended")
                .last()
                .asString()
                .matches("made in \\d+\\.\\d s");
        assertThat(err.toString()).isEmpty();

        out.getBuffer().setLength(0);
        assertThat(run("data", "show", data.toString(), "--verify")).isZero();
        assertThat(out.toString())
                .contains("documents                     90              10", "vocabulary  4,096")
                .contains("files       1, every byte as it was written", "sources     " + text);
    }

    @Test
    void programsGetOneObject() throws IOException {
        var text = write("a.jsonl", "{\"story\": \"One day, a dog ran and ran.\"}");
        var data = folder.resolve("data");

        assertThat(prepare(text, data, "--sequence", "2", "--text-key", "story", "--preserve-order", "--json"))
                .isZero();

        var json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/directory").textValue()).isEqualTo(data.toString());
        assertThat(json.at("/training/documents").intValue()).isEqualTo(1);
        assertThat(json.at("/training/windows").intValue()).isEqualTo(3);
        assertThat(json.at("/training/shuffle_seed").isNull()).isTrue();
        assertThat(json.at("/validation").isNull()).isTrue();
    }

    @Test
    void theSequenceIsTheContextOfTheModelBesideTheTokenizer() throws IOException {
        var text = write("a.txt", "One day, a dog ran. ".repeat(200));

        assertThat(prepare(text, folder.resolve("data"))).isZero();

        assertThat(out.toString()).contains("sequences of 256 tokens");
    }

    @Test
    void oneDocumentOfTwentyIsHeldOutWhereThereAreAHundred() throws IOException {
        var hundred = write("a.txt", "One day, a dog ran.\n".repeat(100));
        var fewer = write("b.txt", "One day, a dog ran.\n".repeat(99));
        var lines = List.of("--documents", "lines", "--sequence", "4", "--json");

        assertThat(heldOut(hundred, "usual", lines)).isEqualTo(5);
        assertThat(heldOut(fewer, "fewer", lines)).isZero();
        assertThat(heldOut(
                        hundred,
                        "none",
                        Stream.concat(lines.stream(), Stream.of("--validation", "0"))
                                .toList()))
                .isZero();
    }

    private int heldOut(Path source, String name, List<String> options) throws IOException {
        out.getBuffer().setLength(0);
        assertThat(prepare(source, folder.resolve(name), options.toArray(String[]::new)))
                .isZero();
        return new ObjectMapper()
                .readTree(out.toString())
                .at("/validation/documents")
                .asInt();
    }

    @Test
    void exportedDataIsReadAgain() throws IOException {
        var data = folder.resolve("data");
        prepare(write("a.txt", "One day, a dog ran. ".repeat(200)), data, "--sequence", "16");
        var records = folder.resolve("a.tfrecords");

        assertThat(run("data", "export", data.toString(), "--out", records.toString()))
                .isZero();
        assertThat(prepare(records, folder.resolve("again"), "--sequence", "16", "--preserve-order"))
                .isZero();

        assertThat(folder.resolve("again/windows-00000.bin")).hasSameBinaryContentAs(data.resolve("windows-00000.bin"));
    }

    @Test
    void whatCannotBeDoneIsOneSentenceAndExitsWithOne() throws IOException {
        assertThat(prepare(folder.resolve("none.txt"), folder.resolve("data"))).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("mtj: " + folder.resolve("none.txt") + ": there is no such file or folder\n");

        err.getBuffer().setLength(0);
        assertThat(prepare(write("a.txt", "A dog."), write("file", "taken"))).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("mtj: " + folder.resolve("file")
                        + " is there already: delete it first, or choose another folder\n");

        err.getBuffer().setLength(0);
        assertThat(run("data", "show", folder.toString())).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("mtj: " + folder
                        + ": there is no windows.json in it: 'mtj data prepare' makes such a folder, and with --validation"
                        + " one of held-out documents in it\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --validation some  | --validation is 'some': it must be a number of documents, a percentage or a share
            --validation 100%  | --validation: share held out: 1.0 must be above 0 and below 1
            --validation -1    | --validation: documents held out: -1 must be at least 0
            --documents words  | --documents is 'words': there are separated, lines and whole
            --sequence 0       | sequence: 0 must be from 1 to 16,777,216 tokens
            --threads 0        | threads: 0 must be at least 1
            """)
    void wrongUsageExitsWithTwo(String option, String message) throws IOException {
        var source = write("a.txt", "A dog.");

        assertThat(prepare(source, folder.resolve("data"), option.split(" "))).isEqualTo(2);

        assertThat(err.toString()).contains(message);
        assertThat(folder.resolve("data")).doesNotExist();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private int prepare(Path source, Path target, String... options) {
        var line = new ArrayList<>(
                List.of("data", "prepare", source.toString(), "--tokenizer", STORIES, "--out", target.toString()));
        line.addAll(List.of(options));
        return run(line.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return Mtj.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
