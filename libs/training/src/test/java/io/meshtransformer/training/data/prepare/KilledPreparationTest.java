package io.meshtransformer.training.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.training.data.WindowSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledPreparationTest {
    private static final Path STORIES = Path.of(System.getProperty("mtj.root"), "models/stories");

    @TempDir
    private Path folder;

    /** What a file is when the process that writes it is killed. */
    private record Moment(String file, long bytes) {}

    @Test
    void aKilledOneLeavesEverythingOrNothingAndTheNextOneWorks() throws Exception {
        var source = Files.writeString(
                folder.resolve("many.txt"), "Once upon a time, a dog ran away.<|endoftext|>".repeat(200_000));
        for (var moment : List.of(
                new Moment("temporary/documents.ids", 0),
                new Moment("temporary/documents.ids", 1),
                new Moment("windows-00000.bin", 1 << 20))) {
            killAt(moment, source);
            requireEverythingOrNothing();
        }
        var process = start(source);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        WindowSet.open(folder.resolve("out")).verify();
        assertThat(folder.resolve(".out.partial")).doesNotExist();
    }

    private void killAt(Moment moment, Path source) throws IOException, InterruptedException {
        // What the one before left must not count.
        if (Files.exists(folder.resolve(".out.partial"))) {
            Files.deleteIfExists(folder.resolve(".out.partial").resolve(moment.file()));
        }
        var file = folder.resolve(".out.partial").resolve(moment.file());
        var process = start(source);
        while (!(Files.exists(file) && Files.size(file) >= moment.bytes())
                && !process.waitFor(1, TimeUnit.MILLISECONDS)) {}
        process.destroyForcibly().waitFor();
    }

    /** The process may have finished between the last look and its end. */
    private void requireEverythingOrNothing() throws IOException {
        var out = folder.resolve("out");
        if (Files.exists(out)) {
            WindowSet.open(out).verify();
            Files.move(out, Files.createTempDirectory(folder, "whole").resolve("out"));
        } else {
            assertThat(folder.resolve(".out.partial")).isDirectory();
        }
    }

    private Process start(Path source) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PrepareMain.class.getName(),
                        STORIES.toString(),
                        source.toString(),
                        folder.resolve("out").toString())
                .inheritIO()
                .start();
    }
}
