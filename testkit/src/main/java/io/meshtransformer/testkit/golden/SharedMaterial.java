package io.meshtransformer.testkit.golden;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Reference data that lies beside the repository, in {@code ../shared}; too large to live in it. */
public final class SharedMaterial {
    private static final String ROOT_PROPERTY = "mtj.root";

    private SharedMaterial() {}

    /**
     * A file or folder of the shared material, such as {@code "golden/models"}. Where it is not, the calling test is
     * skipped with a sentence that says what was not checked.
     */
    public static Path require(String path) {
        var root = System.getProperty(ROOT_PROPERTY);
        if (root == null) {
            throw new IllegalStateException("the system property " + ROOT_PROPERTY
                    + " is not set; it names the repository's root, and the build sets it for every test");
        }
        var file = Path.of(root, "..", "shared").resolve(path).normalize();
        assumeTrue(
                Files.exists(file),
                () -> "SKIPPED: there is no " + file + ", so nothing was compared with the reference");
        return file;
    }
}
