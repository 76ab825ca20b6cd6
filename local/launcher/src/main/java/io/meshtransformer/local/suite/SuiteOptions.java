package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.local.model.Engine;
import io.meshtransformer.local.model.ModelDirectory;
import io.meshtransformer.local.model.XlaOptions;
import java.nio.file.Path;

/**
 * What is to run.
 *
 * @param root of the repository, where the built services are
 * @param port of the gateway
 * @param xla of the engine of that name
 * @param nativeExecutables whether services run as native executables
 * @param caches whether services use their ahead-of-time caches, or record what will be in them
 */
public record SuiteOptions(
        Path root,
        Home home,
        int port,
        ModelDirectory model,
        Engine engine,
        XlaOptions xla,
        WeightFormat dtype,
        EvaluationFolders evaluation,
        boolean nativeExecutables,
        AotCache.Mode caches) {
    public SuiteOptions {
        requireNonNull(root, "root is null");
        requireNonNull(home, "home is null");
        requireNonNull(model, "model is null");
        requireNonNull(engine, "engine is null");
        requireNonNull(xla, "xla is null");
        requireNonNull(dtype, "dtype is null");
        requireNonNull(evaluation, "evaluation is null");
        requireNonNull(caches, "caches is null");
    }

    public SuiteOptions(
            Path root,
            Home home,
            int port,
            ModelDirectory model,
            Engine engine,
            XlaOptions xla,
            WeightFormat dtype,
            EvaluationFolders evaluation,
            boolean nativeExecutables) {
        this(root, home, port, model, engine, xla, dtype, evaluation, nativeExecutables, AotCache.Mode.USE);
    }

    /** A suite that serves the model on this CPU, with whatever is usual. */
    public static SuiteOptions forOneCall(Path root, Home home, int port, ModelDirectory model) {
        return new SuiteOptions(
                root,
                home,
                port,
                model,
                Engine.VECTOR,
                XlaOptions.DEFAULT,
                model.suitableFormat(),
                EvaluationFolders.find(home, null, null),
                false);
    }

    /** The same, with recording JVMs. */
    SuiteOptions recording() {
        return new SuiteOptions(root, home, port, model, engine, xla, dtype, evaluation, false, AotCache.Mode.RECORD);
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }
}
