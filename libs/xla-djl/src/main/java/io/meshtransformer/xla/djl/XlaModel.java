package io.meshtransformer.xla.djl;

import ai.djl.BaseModel;
import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.Translator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A model that is a StableHLO program. It is compiled, and its weights are on the device, when it is loaded. */
final class XlaModel extends BaseModel {
    private final XlaNDManager xla;

    XlaModel(String name, XlaNDManager manager) {
        super(name);
        this.xla = manager;
        this.manager = manager;
        this.manager.setName("xlaModel");
        this.dataType = DataType.FLOAT32;
    }

    /**
     * @param prefix the program's name; the model's if null
     * @throws java.io.FileNotFoundException if there is no such program
     * @throws MalformedModelException if files do not agree, or XLA does not compile the program
     */
    @Override
    public void load(Path modelPath, String prefix, Map<String, ?> options)
            throws IOException, MalformedModelException {
        if (block != null) {
            throw new UnsupportedOperationException("the model " + modelName
                    + " has a block already: XLA runs programs from files, not blocks from Java");
        }
        if (Files.isRegularFile(modelPath)) {
            modelDir = modelPath.toAbsolutePath().getParent();
        } else {
            setModelDir(modelPath);
        }
        var place = Files.isRegularFile(modelPath) ? modelPath : modelDir;
        var program = LoadedProgram.read(ModelDirectory.find(place, prefix == null ? modelName : prefix));
        var loaded = new XlaBlock(program, xla);
        loaded.on(xla);
        xla.attachInternal("program", loaded);
        block = loaded;
        wasLoaded = true;
    }

    /** Compiles for the device if it is another one than the model's. */
    @Override
    public <I, O> Predictor<I, O> newPredictor(Translator<I, O> translator, Device device) {
        if (!(block instanceof XlaBlock loaded)) {
            throw new IllegalStateException("the model " + modelName + " has no program: load it before");
        }
        try (var manager = xla.newSubManager(device)) {
            loaded.on(manager);
        } catch (IOException | MalformedModelException failed) {
            throw new EngineException(failed.getMessage(), failed);
        }
        return super.newPredictor(translator, device);
    }
}
