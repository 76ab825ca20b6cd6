package io.meshtransformer.local.plan;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.xla.plan.PlanException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model as far as a plan needs it: its sizes, no weights. */
record ModelShape(String name, GptjConfig config) {
    private static final String SIX_BILLION = "gptj-6b";
    private static final String CONFIG = "config.json";

    /**
     * Finds a model: the built-in one by its name, any by its config.json or the directory of that, one of the
     * checkout's by the name of its directory.
     *
     * @throws PlanException if there is none, or its config.json is no GPT-J's
     */
    static ModelShape find(String model) {
        if (model.equals(SIX_BILLION)) {
            return new ModelShape(model, GptjConfig.sixBillion());
        }
        var given = Path.of(model);
        var root = System.getProperty("mtj.root");
        if (Files.isRegularFile(given.resolve(CONFIG))) {
            return read(given.resolve(CONFIG));
        } else if (Files.isRegularFile(given)) {
            return read(given);
        } else if (root != null
                && Files.isRegularFile(Path.of(root, "models", model).resolve(CONFIG))) {
            return read(Path.of(root, "models", model).resolve(CONFIG));
        }
        throw new PlanException("model '%s' is neither %s, nor a directory with a config.json, nor such a file"
                .formatted(model, SIX_BILLION));
    }

    private static ModelShape read(Path file) {
        try {
            var directory = file.toAbsolutePath().normalize().getParent();
            return new ModelShape(
                    directory.getFileName() == null
                            ? file.toString()
                            : directory.getFileName().toString(),
                    GptjConfig.read(file));
        } catch (IOException e) {
            throw new PlanException(e.getMessage(), e);
        }
    }
}
