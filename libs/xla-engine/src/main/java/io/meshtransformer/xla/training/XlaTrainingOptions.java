package io.meshtransformer.xla.training;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.lora.LoraOptions;
import io.meshtransformer.gptj.training.OptimiserOptions;
import io.meshtransformer.gptj.training.TrainingShape;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.program.StateSharding;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an {@link XlaTrainingEngine} is given; {@link #defaults} has values that work.
 *
 * @param plugin {@code cpu}, {@code tpu} or {@code cuda} from the store of this user, or the path of a plugin's library
 * @param mesh devices: replicas, and the parts that each is cut into
 * @param compute element type of matrices where they are used, and of what they are multiplied by: F32 or BF16
 * @param sharding what replicas divide among them; without replicas it makes no difference
 * @param rematerialise whether activations are computed once more on the way back, rather than kept
 * @param adapters to be trained in place of all weights
 * @param programCache directory of compiled programs
 */
public record XlaTrainingOptions(
        String plugin,
        DeviceMesh mesh,
        ElementType compute,
        TrainingShape shape,
        OptimiserOptions optimiser,
        StateSharding sharding,
        boolean rematerialise,
        Optional<LoraOptions> adapters,
        Path programCache) {
    public XlaTrainingOptions {
        requireNonNull(plugin, "plugin is null");
        requireNonNull(mesh, "mesh is null");
        requireNonNull(compute, "compute is null");
        requireNonNull(shape, "shape is null");
        requireNonNull(optimiser, "optimiser is null");
        requireNonNull(sharding, "sharding is null");
        requireNonNull(adapters, "adapters is null");
        requireNonNull(programCache, "programCache is null");
    }

    /** One device, fp32, programs kept in {@code ~/.cache/mtj/programs}. */
    public static XlaTrainingOptions defaults(String plugin, TrainingShape shape) {
        return new XlaTrainingOptions(
                plugin,
                DeviceMesh.SINGLE,
                ElementType.F32,
                shape,
                OptimiserOptions.DEFAULT,
                StateSharding.ZERO_1,
                true,
                Optional.empty(),
                Path.of(System.getProperty("user.home"), ".cache", "mtj", "programs"));
    }

    public XlaTrainingOptions withMesh(DeviceMesh newMesh) {
        return new XlaTrainingOptions(
                plugin, newMesh, compute, shape, optimiser, sharding, rematerialise, adapters, programCache);
    }

    public XlaTrainingOptions withCompute(ElementType newCompute) {
        return new XlaTrainingOptions(
                plugin, mesh, newCompute, shape, optimiser, sharding, rematerialise, adapters, programCache);
    }

    public XlaTrainingOptions withOptimiser(OptimiserOptions newOptimiser) {
        return new XlaTrainingOptions(
                plugin, mesh, compute, shape, newOptimiser, sharding, rematerialise, adapters, programCache);
    }

    public XlaTrainingOptions withSharding(StateSharding newSharding) {
        return new XlaTrainingOptions(
                plugin, mesh, compute, shape, optimiser, newSharding, rematerialise, adapters, programCache);
    }

    public XlaTrainingOptions withRematerialise(boolean newRematerialise) {
        return new XlaTrainingOptions(
                plugin, mesh, compute, shape, optimiser, sharding, newRematerialise, adapters, programCache);
    }

    public XlaTrainingOptions withAdapters(LoraOptions newAdapters) {
        return new XlaTrainingOptions(
                plugin,
                mesh,
                compute,
                shape,
                optimiser,
                sharding,
                rematerialise,
                Optional.of(newAdapters),
                programCache);
    }

    public XlaTrainingOptions withProgramCache(Path newProgramCache) {
        return new XlaTrainingOptions(
                plugin, mesh, compute, shape, optimiser, sharding, rematerialise, adapters, newProgramCache);
    }
}
