package io.meshtransformer.gptj;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The reference models beside the repository. */
final class GoldenModels {
    private static final Path MODELS = Path.of(System.getProperty("mtj.root"), "..", "shared", "golden", "models");

    private GoldenModels() {}

    /** A reference model's directory; the test is skipped, with a sentence, where there are none. */
    static Path model(String name) {
        var directory = MODELS.resolve(name);
        assumeTrue(
                Files.isDirectory(directory),
                () -> "SKIPPED: there are no golden models at " + MODELS.normalize()
                        + ", so nothing was compared with the reference");
        return directory;
    }
}
