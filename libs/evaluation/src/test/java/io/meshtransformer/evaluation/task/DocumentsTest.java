package io.meshtransformer.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTest {
    @TempDir
    Path folder;

    /** Blank lines, ends of lines as Windows has them, no end of the last line: documents are found, with their lines. */
    @Property(tries = 50)
    void findsEachDocumentFromAnyOther(
            @ForAll @Size(min = 1, max = 300) List<@IntRange(max = 3) Integer> blanks, @ForAll boolean ended)
            throws IOException {
        var text = new StringBuilder();
        var lines = new ArrayList<Integer>();
        var line = 1;
        for (var i = 0; i < blanks.size(); i++) {
            text.append(blanks.get(i) % 2 == 0 ? "\n" : " \r\n".repeat(blanks.get(i)));
            line += blanks.get(i) % 2 == 0 ? 1 : blanks.get(i);
            lines.add(line++);
            text.append("{\"number\": ").append(i).append("}").append(i + 1 < blanks.size() || ended ? "\r\n" : "");
        }
        var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        var documents = Documents.of(new LineSource.OfBytes("bytes", bytes));

        assertThat(documents.count()).isEqualTo(blanks.size());
        assertThat(documents.hash()).isEqualTo(Sha256.of(bytes));
        for (var from = 0; from < blanks.size(); from += 37) {
            var start = from;
            try (var rest = documents.read(from, blanks.size())) {
                assertThat(rest.toList()).hasSize(blanks.size() - start).allSatisfy(document -> {
                    assertThat(document.fields()).containsEntry("number", document.index());
                    assertThat(document.place()).isEqualTo("bytes, line " + lines.get(document.index()));
                });
            }
        }
    }

    @Test
    void hashesFieldsWhateverTheirOrder() throws IOException {
        var documents = Documents.of(new LineSource.OfBytes(
                "bytes",
                "{\"b\": {\"y\": 1, \"x\": [1.50]}, \"a\": \"\u00e9\"}\n{ \"a\":\"\\u00e9\",\"b\":{\"x\":[1.5],\"y\":1} }"
                        .getBytes(StandardCharsets.UTF_8)));
        assertThat(documents.read(0).hash())
                .isEqualTo(documents.read(1).hash())
                .isEqualTo(
                        Sha256.of("{\"a\":\"\u00e9\",\"b\":{\"x\":[1.5],\"y\":1}}".getBytes(StandardCharsets.UTF_8)));
    }

    /** 200,000 documents are remembered in 40 kB, and the last is found as soon as the first. */
    @Test
    void remembersLittleOfManyDocuments() throws IOException {
        var count = 200_000;
        var file = folder.resolve("many.jsonl");
        try (var out = Files.newBufferedWriter(file)) {
            for (var i = 0; i < count; i++) {
                out.write("{\"number\": " + i + "}\n");
            }
        }
        var source = LineSource.OfFile.at(file);
        var index = LineIndex.of(source);
        assertThat(index.documents()).isEqualTo(count);
        assertThat(index.offsets().length * (Long.BYTES + Integer.BYTES)).isLessThan(40_000);
        assertThat(Documents.of(source).read(count - 1).fields()).containsEntry("number", count - 1);
    }
}
