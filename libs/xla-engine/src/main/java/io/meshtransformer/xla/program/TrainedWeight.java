package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.xla.program.DeviceMesh.DP;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Sharding;
import java.util.ArrayList;

/**
 * A weight that training moves.
 *
 * @param parameter the fp32 master as it lies between steps
 * @param used how it lies where the model uses it
 * @param updated how gradient and moments lie, and how the update is computed
 * @param copies how often mesh-transformer-jax has it; see {@link TrainedWeights}
 * @param decays whether it is a matrix
 */
record TrainedWeight(Weight parameter, Sharding used, Sharding updated, int copies, boolean decays) {
    static TrainedWeight of(Weight weight, int copies, DeviceMesh mesh, StateSharding mode) {
        var used = weight.sharding();
        var cut = mode == StateSharding.PLAIN || mesh.dp() == 1 ? used : overReplicas(weight, mesh);
        var kept = mode == StateSharding.FSDP ? cut : used;
        var rank = weight.type().rank() - (weight.ofBlocks() ? 1 : 0);
        return new TrainedWeight(
                new Weight(weight.name(), weight.type(), kept, weight.tensors()), used, cut, copies, rank > 1);
    }

    /**
     * The weight, or one layer of it, laid out as the model uses it, if it lies otherwise. Named before as it lies, it
     * gets a gradient that is laid out so too: what was gathered to be used is scattered when it is summed.
     */
    Value gathered(BlockBuilder b, Value value) {
        if (parameter.sharding().equals(used)) {
            return value;
        }
        var skipped = used.dimensions().size() - value.rank();
        var lying = new Sharding(parameter
                .sharding()
                .dimensions()
                .subList(skipped, used.dimensions().size()));
        var gathered = new Sharding(
                used.dimensions().subList(skipped, used.dimensions().size()));
        return b.shardingConstraint(b.shardingConstraint(value, lying), gathered);
    }

    String name() {
        return parameter.name();
    }

    /** Both moments, as they lie between steps. */
    Weight moment() {
        return new Weight(name(), parameter.type(), updated, parameter.tensors());
    }

    /**
     * Cut by {@code dp} too: along the largest dimension that is whole, else along one that {@code mp} cuts; as it was if
     * none can be divided. Layers are not divided, for a scan takes one after the other.
     */
    private static Sharding overReplicas(Weight weight, DeviceMesh mesh) {
        var sharding = weight.sharding();
        var shape = weight.type().shape();
        var best = -1;
        for (var dimension = weight.ofBlocks() ? 1 : 0; dimension < shape.rank(); dimension++) {
            var isWhole = sharding.dimensions().get(dimension).axes().isEmpty();
            var parts = isWhole ? mesh.dp() : mesh.devices();
            if (shape.dimension(dimension) % parts == 0 && (best < 0 || isBetter(weight, dimension, best))) {
                best = dimension;
            }
        }
        if (best < 0) {
            return sharding;
        }
        var dimensions = new ArrayList<>(sharding.dimensions());
        var axes = new ArrayList<>(dimensions.get(best).axes());
        axes.add(DP);
        dimensions.set(best, by(axes.toArray(String[]::new)));
        return new Sharding(dimensions);
    }

    private static boolean isBetter(Weight weight, int dimension, int than) {
        var dimensions = weight.sharding().dimensions();
        var whole = dimensions.get(dimension).axes().isEmpty();
        var thanWhole = dimensions.get(than).axes().isEmpty();
        var shape = weight.type().shape();
        return whole == thanWhole ? shape.dimension(dimension) > shape.dimension(than) : whole;
    }
}
