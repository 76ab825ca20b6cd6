package io.meshtransformer.training.service.worker;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.training.run.EngineFactory;
import io.meshtransformer.training.run.RunConfiguration;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.program.StateSharding;
import io.meshtransformer.xla.runtime.MatrixPeak;
import io.meshtransformer.xla.training.XlaTrainingEngine;
import io.meshtransformer.xla.training.XlaTrainingOptions;
import java.io.IOException;
import java.util.OptionalDouble;

/** Trains on whatever XLA compiles for. */
public final class XlaEngines implements EngineFactory {
    @Override
    public Engine open(RunConfiguration configuration, GptjConfig model, TrainingState state) throws IOException {
        if (configuration.launch().hosts() > 1) {
            throw new IllegalArgumentException(
                    "launch.hosts is " + configuration.launch().hosts()
                            + ": a worker computes on the devices of one host, so it must be 1");
        }
        var options = options(configuration);
        var engine = XlaTrainingEngine.create(model, state, options);
        return new Engine(engine, OptionalDouble.of(MatrixPeak.flopsPerSecond(engine.devices(), options.compute())));
    }

    private static XlaTrainingOptions options(RunConfiguration configuration) {
        var devices = configuration.devices();
        var options = XlaTrainingOptions.defaults(devices.plugin(), configuration.shape())
                .withMesh(new DeviceMesh(devices.dp(), devices.mp()))
                .withCompute(devices.compute().equals("bf16") ? ElementType.BF16 : ElementType.F32)
                .withOptimiser(configuration.optimiser())
                .withSharding(sharding(devices.sharding()))
                .withRematerialise(devices.rematerialise());
        return configuration
                .lora()
                .map(lora -> options.withAdapters(lora.options()))
                .orElse(options);
    }

    private static StateSharding sharding(RunConfiguration.Sharding sharding) {
        return switch (sharding) {
            case PLAIN -> StateSharding.PLAIN;
            case ZERO1 -> StateSharding.ZERO_1;
            case FSDP -> StateSharding.FSDP;
        };
    }
}
