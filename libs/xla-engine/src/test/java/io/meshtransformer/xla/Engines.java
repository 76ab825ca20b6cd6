package io.meshtransformer.xla;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.xla.program.DeviceMesh;
import java.io.IOException;
import java.nio.file.Path;

/** Engines on the CPU plugin, whose compiled programs lie in the build folder. */
final class Engines {
    static final Path PROGRAMS = Path.of("target", "programs");

    private Engines() {}

    static XlaEngineOptions options() {
        return XlaEngineOptions.defaults(Plugins.requireCpu())
                .withCompute(ElementType.F32)
                .withSlots(4)
                .withWindow(16)
                .withProgramCache(PROGRAMS);
    }

    static XlaEngine load(Path model, XlaEngineOptions options) throws IOException {
        try (var checkpoint = Checkpoint.open(model)) {
            return XlaEngine.load(checkpoint, options, LoadProgress.SILENT);
        }
    }

    static XlaEngineOptions on(int dp, int mp) {
        return options().withMesh(new DeviceMesh(dp, mp)).withSlots(4 * dp);
    }
}
