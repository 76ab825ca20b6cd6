package io.meshtransformer.contracts;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the golden file of each example that has none yet; run by hand from this module's folder after adding one. */
final class GoldenFiles {
    private GoldenFiles() {}

    public static void main(String[] arguments) throws IOException {
        var folder = Files.createDirectories(Path.of("src/test/resources/golden"));
        for (var example : Examples.ALL.entrySet()) {
            var file = folder.resolve(example.getKey() + ".json");
            if (!Files.exists(file)) {
                var json = new ByteArrayOutputStream();
                json.write(MessageCodec.write(example.getValue()));
                json.write('\n');
                Files.write(file, json.toByteArray());
            }
        }
    }
}
