package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.local.model.DType;
import io.meshtransformer.local.model.Engine;
import io.meshtransformer.local.model.ModelDirectory;
import java.nio.file.Path;

/**
 * What is to run.
 *
 * @param root of the repository, where the built services are
 * @param port of the gateway
 * @param nativeExecutables whether services run as native executables where there is one newer than the jar
 */
public record SuiteOptions(
        Path root, Home home, int port, ModelDirectory model, Engine engine, DType dtype, boolean nativeExecutables) {
    public SuiteOptions {
        requireNonNull(root, "root is null");
        requireNonNull(home, "home is null");
        requireNonNull(model, "model is null");
        requireNonNull(engine, "engine is null");
        requireNonNull(dtype, "dtype is null");
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }
}
