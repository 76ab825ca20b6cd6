package io.meshtransformer.gptj;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The reference models and checkpoints beside the repository. */
public final class GoldenModels {
    private static final Path GOLDEN = Path.of(System.getProperty("mtj.root"), "..", "shared", "golden");

    private GoldenModels() {}

    /** A reference model's directory; the test is skipped, with a sentence, where there are none. */
    public static Path model(String name) {
        return golden("models/" + name);
    }

    /** A file or directory of the reference data; the test is skipped, with a sentence, where there are none. */
    public static Path golden(String name) {
        var path = GOLDEN.resolve(name).normalize();
        assumeTrue(
                Files.exists(path),
                () -> "SKIPPED: there is no " + path + ", so nothing was compared with the reference");
        return path;
    }
}
