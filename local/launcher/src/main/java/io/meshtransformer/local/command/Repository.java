package io.meshtransformer.local.command;

import io.meshtransformer.local.LauncherException;
import java.nio.file.Path;

/** The checkout that this launcher was built from. */
final class Repository {
    private Repository() {}

    static Path root() {
        var root = System.getProperty("mtj.root");
        if (root == null) {
            throw new LauncherException("the system property mtj.root is not set: start this with ./mtj");
        }
        return Path.of(root);
    }

    /** Folder of the models that can be called by name. */
    static Path models() {
        return root().resolve("models");
    }
}
