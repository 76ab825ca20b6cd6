package io.meshtransformer.xla.djl;

import static org.junit.jupiter.api.Assumptions.abort;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import io.meshtransformer.pjrt.plugin.InstallProgress;
import io.meshtransformer.pjrt.plugin.PluginPackage;
import io.meshtransformer.pjrt.plugin.PluginStore;
import io.meshtransformer.pjrt.plugin.PluginStoreException;
import java.nio.file.Path;

/** The engine that tests run on, and the models that JAX exported ({@code models/export.py}). */
final class Xla {
    static final Path MODELS = Path.of("src/test/resources/models");

    private Xla() {}

    /** DJL's own instance. The CPU plugin is downloaded at the first use; a test that can't have it is skipped, loudly. */
    static Engine engine() {
        requirePlugin();
        return Engine.getEngine("XLA");
    }

    /** Another instance, with an engine of its choice for what it leaves out. */
    static XlaEngine engine(String delegate) {
        requirePlugin();
        return new XlaEngine(new XlaSettings("cpu", 1, delegate, PluginStore.ofUser()));
    }

    private static void requirePlugin() {
        try {
            PluginStore.ofUser().install(PluginPackage.CPU, InstallProgress.SILENT);
        } catch (PluginStoreException unavailable) {
            abort("SKIPPED, nothing ran on XLA: " + unavailable.getMessage());
        }
    }

    static Criteria.Builder<NDList, NDList> criteria(String model) {
        requirePlugin();
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optEngine("XLA")
                .optModelPath(MODELS.resolve(model));
    }

    /** What JAX computed: arrays named {@code in.NAME} and {@code out.NAME}. */
    static NDList expected(NDManager manager, String model) {
        return manager.load(MODELS.resolve(model).resolve("expected.safetensors"));
    }

    /** The inputs of a model, by the names of its program. */
    static NDList inputs(NDList expected) {
        var inputs = new NDList();
        for (var array : expected) {
            if (array.getName().startsWith("in.")) {
                var input = array.duplicate();
                input.setName(array.getName().substring(3));
                inputs.add(input);
            }
        }
        return inputs;
    }
}
