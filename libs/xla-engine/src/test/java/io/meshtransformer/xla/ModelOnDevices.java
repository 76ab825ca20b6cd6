package io.meshtransformer.xla;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.program.GptjPrograms;
import io.meshtransformer.xla.program.ModelProgram;
import io.meshtransformer.xla.runtime.BoundProgram;
import io.meshtransformer.xla.runtime.Devices;
import io.meshtransformer.xla.runtime.ProgramCache;
import io.meshtransformer.xla.runtime.WeightLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model's weights on virtual CPU devices, for programs without a KV cache. */
record ModelOnDevices(Devices devices, GptjPrograms programs, Map<String, List<Buffer>> weights)
        implements AutoCloseable {
    private static final ProgramCache CACHE = new ProgramCache(Engines.PROGRAMS);

    static ModelOnDevices load(Path model, DeviceMesh mesh, ElementType compute) throws IOException {
        try (var checkpoint = Checkpoint.open(model)) {
            var devices = Devices.open(Devices.plugin(Plugins.requireCpu()), mesh.devices());
            var programs = new GptjPrograms(checkpoint.config(), mesh, compute);
            var weights =
                    new WeightLoader(devices, checkpoint, LoadProgress.SILENT).load(programs.weights(), mesh.mesh());
            return new ModelOnDevices(devices, programs, weights);
        }
    }

    BoundProgram bind(ModelProgram program) {
        return BoundProgram.bind(program, devices, devices.devices(), weights, Optional.of(CACHE));
    }

    @Override
    public void close() {
        devices.close();
    }
}
