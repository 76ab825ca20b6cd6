package io.meshtransformer.tokenizer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Not a test by its name: measures GPT-2's tokenizer on the files that the README's command names. */
class ThroughputReport {
    @Test
    void measure() {
        var files = System.getProperty("throughput.files");
        assumeTrue(files != null, "SKIPPED: -Dthroughput.files names no text files to measure with");
        for (var file : files.split(",")) {
            var text = Golden.read(Path.of(System.getProperty("mtj.root")).resolve(file));
            System.out.printf(
                    "%-70s %,11d bytes %,9d ids %6.1f MB/s%n",
                    file,
                    text.getBytes(StandardCharsets.UTF_8).length,
                    Tokenizers.gpt2().encode(text).length,
                    Throughput.bestOf(20, Tokenizers.gpt2(), text));
        }
    }
}
