package io.meshtransformer.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.zstd.ZstdOutputStream;
import io.meshtransformer.evaluation.metric.MetricDefinition;
import io.meshtransformer.evaluation.protocol.Protocol;
import io.meshtransformer.evaluation.protocol.ReadingModel;
import io.meshtransformer.evaluation.request.PreparedDocument;
import io.meshtransformer.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskLibraryTest {
    private static final ReadingModel MODEL = new ReadingModel(
            Tokenizer.load(Path.of(System.getProperty("mtj.root"), "models", "stories"))
                    .orElseThrow(),
            512,
            0);
    private static final Task.FewShot NONE = new Task.FewShot(0, 1234);
    private static final String OWN = """
            task: piqa
            test_split: test
            data_files: {test: [mine.jsonl]}
            output_type: loglikelihood
            doc_to_text: "{{q}}"
            doc_to_target: " {{a}}"
            metric_list:
              - metric: acc
            metadata: {version: 7}
            """;

    @TempDir
    Path folder;

    @Test
    void shipsTasksOfWhichSevenHaveAnExcerpt() {
        var library = TaskLibrary.ofShipped();
        assertThat(library.names())
                .containsExactly(
                        "arc_challenge",
                        "arc_easy",
                        "boolq",
                        "hellaswag",
                        "lambada_openai",
                        "lambada_standard",
                        "openbookqa",
                        "piqa",
                        "sciq",
                        "wikitext",
                        "winogrande");
        for (var listing : library.list(Optional.empty())) {
            assertThat(listing.source()).isNotEmpty();
            assertThat(listing.licence()).isNotEmpty();
            if (listing.data().isEmpty()) {
                assertThat(listing.name()).isIn("lambada_standard", "openbookqa", "sciq", "wikitext");
                continue;
            }
            assertThat(listing.excerpt()).isTrue();
            assertThat(listing.documents()).hasValue(50);
            var task = library.task(listing.name(), Optional.empty(), OptionalInt.empty());
            assertThat(task.metrics()).extracting(MetricDefinition::name).isEqualTo(listing.metrics());
            for (var protocol : Protocol.values()) {
                assertThat(prepared(task, protocol)).hasSize(50).allSatisfy(document -> assertThat(document.requests())
                        .isNotEmpty());
            }
        }
    }

    @Test
    void preparesADocumentTheSameWhereverItStartsToRead() {
        var task = TaskLibrary.ofShipped().task("piqa", Optional.empty(), OptionalInt.of(40));
        assertThat(task.documents()).isEqualTo(40);
        var all = prepared(task, Protocol.HARNESS);
        for (var from : List.of(0, 1, 17, 39)) {
            try (var documents = task.prepare(Protocol.HARNESS, MODEL, NONE, from, from + 1)) {
                var document = documents.findFirst().orElseThrow();
                assertThat(document.index()).isEqualTo(from);
                assertThat(document.hash()).isEqualTo(all.get(from).hash());
                assertThat(document.requests().getFirst().hash("", ""))
                        .isEqualTo(all.get(from).requests().getFirst().hash("", ""));
            }
            assertThat(task.fields(from)).containsKeys("goal", "sol1", "sol2", "label");
        }
        assertThatThrownBy(() -> task.prepare(Protocol.HARNESS, MODEL, NONE, 0, 41))
                .hasMessage("document 41 of piqa, which has 40");
    }

    @Test
    void putsAUsersTaskInThePlaceOfAShippedOne() throws IOException {
        Files.writeString(folder.resolve("any.yaml"), OWN);
        write("mine.jsonl", "{\"q\": \"Is it?\", \"a\": \"It is.\"}");
        var library = new TaskLibrary(Optional.of(folder));
        var task = library.task("piqa", Optional.empty(), OptionalInt.empty());
        assertThat(task.version()).isEqualTo("7");
        assertThat(task.excerpt()).isFalse();
        assertThat(prepared(task, Protocol.HARNESS)).hasSize(1);
        assertThat(library.names()).hasSize(11);
    }

    @Test
    void findsTheTaskThatSomethingBeganWithWhateverElseIsThereSince() throws IOException {
        write("mine.yaml", OWN);
        write("mine.jsonl", "{\"q\": \"a\", \"a\": \"b\"}\n");
        var library = new TaskLibrary(Optional.of(folder));
        var began = library.task("piqa", Optional.empty(), OptionalInt.empty());
        var shipped = TaskLibrary.ofShipped().task("boolq", Optional.empty(), OptionalInt.empty());

        write("other.yaml", "task: [");
        assertThatThrownBy(() -> library.task("piqa", Optional.empty(), OptionalInt.empty()))
                .isInstanceOf(TaskException.MalformedDefinition.class);
        for (var task : List.of(began, shipped)) {
            assertThat(library.begun(task.name(), task.hash(), Optional.empty()).dataHash())
                    .isEqualTo(task.dataHash());
        }
        assertThatThrownBy(() -> library.begun("piqa", "another", Optional.empty()))
                .isInstanceOf(TaskException.MalformedDefinition.class)
                .hasMessageContaining("other.yaml");
    }

    @Test
    void saysWhetherThereAreAsManyExamplesAsAreWanted() throws IOException {
        write("mine.yaml", OWN);
        write("mine.jsonl", "{\"q\": \"a\", \"a\": \"b\"}\n".repeat(3));
        var own = new TaskLibrary(Optional.of(folder)).task("piqa", Optional.empty(), OptionalInt.empty());
        own.requireExamples(new Task.FewShot(2, 1234));
        assertThatThrownBy(() -> own.requireExamples(new Task.FewShot(3, 1234)))
                .isInstanceOf(TaskException.DataUnavailable.class)
                .hasMessage(
                        "3 examples of 'piqa' are drawn from 4 documents, " + folder.resolve("mine.jsonl") + " has 3");
        var shipped = TaskLibrary.ofShipped().task("piqa", Optional.empty(), OptionalInt.empty());
        shipped.requireExamples(NONE);
        assertThatThrownBy(() -> shipped.requireExamples(new Task.FewShot(1, 1234)))
                .isInstanceOf(TaskException.DataUnavailable.class)
                .hasMessageContaining("no documents for examples of 'piqa' (split 'train')");
    }

    @Test
    void readsLabelsOfAFileOfTheirOwn() throws IOException {
        Files.createDirectories(folder.resolve("piqa"));
        write(
                "piqa/valid.jsonl",
                "{\"goal\": \"g\", \"sol1\": \"a\", \"sol2\": \"b\"}\n{\"goal\": \"h\", \"sol1\": \"c\", \"sol2\": \"d\"}");
        write("piqa/valid-labels.lst", "1\n0\n");
        var task = TaskLibrary.ofShipped().task("piqa", Optional.of(folder), OptionalInt.empty());
        assertThat(task.excerpt()).isFalse();
        assertThat(task.fields(0)).containsEntry("label", 1);
        assertThat(task.fields(1)).containsEntry("label", 0);
        write("piqa/valid-labels.lst", "1\n0\n0\n");
        assertThatThrownBy(() -> TaskLibrary.ofShipped().task("piqa", Optional.of(folder), OptionalInt.empty()))
                .isInstanceOf(TaskException.MalformedDocument.class)
                .hasMessageContaining("has 3 labels")
                .hasMessageContaining("has 2 documents");
    }

    @Test
    void readsPackedFiles() throws IOException {
        Files.writeString(folder.resolve("any.yaml"), OWN);
        var lines = "{\"q\": \"Is it?\", \"a\": \"It is.\"}\n".repeat(3).getBytes(StandardCharsets.UTF_8);
        var packed = folder.resolve("mine.jsonl.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(lines);
        }
        assertThat(prepared(own(), Protocol.MTJ_2021)).hasSize(3);

        Files.delete(packed);
        packed = folder.resolve("mine.jsonl.bz2");
        // Two streams, one after the other.
        for (var stream = 0; stream < 2; stream++) {
            try (var out = new BZip2CompressorOutputStream(
                    Files.newOutputStream(packed, StandardOpenOption.CREATE, StandardOpenOption.APPEND))) {
                out.write(lines);
            }
        }
        assertThat(prepared(own(), Protocol.MTJ_2021)).hasSize(6);

        Files.delete(packed);
        packed = folder.resolve("mine.jsonl.zst");
        try (var out = new ZstdOutputStream(Files.newOutputStream(packed))) {
            out.write(lines);
        }
        assertThat(prepared(own(), Protocol.MTJ_2021)).hasSize(3);
    }

    @Test
    void saysWhatIsWrongWithAPackedFile() throws IOException {
        Files.writeString(folder.resolve("any.yaml"), OWN);
        for (var suffix : List.of(".gz", ".bz2", ".zst")) {
            var packed = folder.resolve("mine.jsonl" + suffix);
            write(packed.getFileName().toString(), "it is not packed at all");
            assertThatThrownBy(this::own)
                    .isInstanceOf(TaskException.DataUnavailable.class)
                    .hasMessageContaining(packed + " can't be ");
            Files.delete(packed);
        }
        write("mine.jsonl.xz", "whatever");
        assertThatThrownBy(this::own)
                .isInstanceOf(TaskException.DataUnavailable.class)
                .hasMessageContaining("mine.jsonl.xz is packed as .xz, which is not read here (.gz, .bz2 and .zst are)")
                .hasMessageContaining("xz -d " + folder);
    }

    private Task own() {
        return new TaskLibrary(Optional.of(folder)).task("piqa", Optional.empty(), OptionalInt.empty());
    }

    @Test
    void saysWhereItLookedForDocuments() {
        assertThatThrownBy(() -> TaskLibrary.ofShipped().task("sciq", Optional.of(folder), OptionalInt.empty()))
                .isInstanceOf(TaskException.DataUnavailable.class)
                .hasMessageContaining("none of [sciq/sciq_test.jsonl, sciq/test.jsonl] is in " + folder)
                .hasMessageContaining("They come from Hugging Face data set allenai/sciq");
        assertThatThrownBy(() -> TaskLibrary.ofShipped().task("sciq", Optional.empty(), OptionalInt.empty()))
                .hasMessageContaining("no folder of data is named");
        var piqa = TaskLibrary.ofShipped().task("piqa", Optional.empty(), OptionalInt.empty());
        assertThatThrownBy(() -> piqa.prepare(Protocol.HARNESS, MODEL, new Task.FewShot(2, 1234), 0, 1))
                .isInstanceOf(TaskException.DataUnavailable.class)
                .hasMessageContaining("documents for examples of 'piqa' (split 'train')");
    }

    @Test
    void namesTheTasksThereAre() {
        assertThatThrownBy(() -> TaskLibrary.ofShipped().task("pica", Optional.empty(), OptionalInt.empty()))
                .isInstanceOf(TaskException.Unknown.class)
                .hasMessageStartingWith("there is no task 'pica', there are arc_challenge,");
    }

    @Test
    void namesFileAndLineOfAMalformedDocument() throws IOException {
        Files.writeString(folder.resolve("any.yaml"), OWN);
        write(
                "mine.jsonl",
                "{\"q\": \"a\", \"a\": \"b\"}\n\n{\"q\": \"a\"}\n{\"q\": \n[1]\n{\"q\": \"a\", \"a\": \"b\", \"a\": \"c\"}");
        var task = new TaskLibrary(Optional.of(folder)).task("piqa", Optional.empty(), OptionalInt.empty());
        assertThat(task.documents()).isEqualTo(5);
        for (var expected : List.of(
                "mine.jsonl, line 3: ' {{a}}'",
                "line 4 is no JSON object",
                "line 5 is no JSON object",
                "line 6 is no JSON object: Duplicate")) {
            var index = Integer.parseInt(expected.replaceAll(".*line (\\d).*", "$1")) - 2;
            assertThatThrownBy(() -> prepared(task, index, index + 1))
                    .isInstanceOf(TaskException.MalformedDocument.class)
                    .hasMessageContaining(expected);
        }
    }

    @Test
    void triesADefinitionWithTheFirstDocument() throws IOException {
        write("mine.jsonl", "{\"q\": \"a\", \"a\": \"b\"}");
        for (var wrong : List.of("{{q|nonsense}}", "{{question}}", "{{q.nonsense()}}", "{{q / a}}")) {
            Files.writeString(folder.resolve("any.yaml"), OWN.replace("{{q}}", wrong));
            assertThatThrownBy(() ->
                            new TaskLibrary(Optional.of(folder)).task("piqa", Optional.empty(), OptionalInt.empty()))
                    .isInstanceOf(TaskException.MalformedDocument.class)
                    .hasMessageContaining("mine.jsonl, line 1: '" + wrong + "'");
        }
    }

    @Test
    void noticesAnotherFileUnderTheSameName() throws IOException {
        Files.writeString(folder.resolve("any.yaml"), OWN);
        write("mine.jsonl", "{\"q\": \"a\", \"a\": \"b\"}");
        var library = new TaskLibrary(Optional.of(folder));
        var task = library.task("piqa", Optional.empty(), OptionalInt.empty());
        write("mine.jsonl", "{\"q\": \"a\", \"a\": \"b\"}\n{\"q\": \"a\", \"a\": \"c\"}");
        assertThatThrownBy(() -> prepared(task, 0, 1))
                .isInstanceOf(TaskException.DataUnavailable.class)
                .hasMessageContaining("since the task was opened");
        assertThat(library.task("piqa", Optional.empty(), OptionalInt.empty()).documents())
                .isEqualTo(2);
    }

    private static List<PreparedDocument> prepared(Task task, Protocol protocol) {
        try (var documents = task.prepare(protocol, MODEL, NONE, 0, task.documents())) {
            return documents.toList();
        }
    }

    private static void prepared(Task task, int from, int to) {
        try (var documents = task.prepare(Protocol.HARNESS, MODEL, NONE, from, to)) {
            assertThat(documents).hasSize(to - from);
        }
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }
}
