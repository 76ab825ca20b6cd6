package io.meshtransformer.inference.engine;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.xla.XlaEngine;
import io.meshtransformer.xla.XlaEngineOptions;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.runtime.Devices;
import java.io.IOException;
import java.nio.file.Path;

/** The engine for whatever XLA compiles for: TPUs, GPUs, and CPUs as a test bench. */
public final class XlaEngineFactory implements EngineFactory {

    @Override
    public String name() {
        return "xla";
    }

    @Override
    public String label(EngineSettings settings) {
        var devices = settings.devices();
        var plugin = Path.of(devices.plugin()).getFileName();
        return "%s %s dp=%d mp=%d".formatted(name(), plugin, devices.dp(), devices.mp());
    }

    @Override
    public void check(GptjConfig config, EngineSettings settings) {
        mesh(settings).requireFits(config);
        Devices.library(settings.devices().plugin());
    }

    @Override
    public InferenceEngine load(Checkpoint checkpoint, EngineSettings settings, LoadProgress progress)
            throws IOException {
        return XlaEngine.load(checkpoint, options(checkpoint, settings), progress);
    }

    private static DeviceMesh mesh(EngineSettings settings) {
        return new DeviceMesh(settings.devices().dp(), settings.devices().mp());
    }

    private static ElementType compute(Checkpoint checkpoint, EngineSettings settings) {
        return switch (settings.format(checkpoint)) {
            case FP32 -> ElementType.F32;
            case BF16 -> ElementType.BF16;
        };
    }

    private static XlaEngineOptions options(Checkpoint checkpoint, EngineSettings settings) {
        var options = XlaEngineOptions.defaults(settings.devices().plugin())
                .withMesh(mesh(settings))
                .withCompute(compute(checkpoint, settings));
        if (settings.devices().programCache().isPresent()) {
            options = options.withProgramCache(settings.devices().programCache().get());
        }
        if (settings.slots().isPresent()) {
            options = options.withSlots(settings.slots().getAsInt());
        }
        // Every sequence takes an id and a row of a step, whatever prefill there is.
        var slots = options.slots()
                .orElse(XlaEngineOptions.MOST_SLOTS * settings.devices().dp());
        return options.withStepTokens(Math.max(options.stepTokens(), slots + settings.prefillTokens()))
                .withStepLogits(Math.max(options.stepLogits(), slots + 1));
    }
}
