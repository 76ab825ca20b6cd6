package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.type.ElementType.F32;

import io.meshtransformer.gptj.BlockTensor;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.training.OptimiserOptions;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * What training moves, in the order in which a step takes it.
 *
 * <p>In mesh-transformer-jax each of the {@code mp} shards adds a bias of its own to the embedding and to the
 * feed-forward's output, and the model sees their sum, since what the shards computed is summed. Every copy gets the
 * whole gradient and takes the whole step. So where the optimiser has {@code biasCopies}, such a bias is kept as the sum,
 * which is all that the model depends on; it moves that many times as fast, its gradient counts that many times in the
 * squared global norm, and its moments are those of one copy.
 */
final class TrainedWeights {
    private TrainedWeights() {}

    static List<TrainedWeight> of(
            GptjConfig config, DeviceMesh mesh, OptimiserOptions optimiser, StateSharding sharding) {
        var copies = optimiser.biasCopies();
        var trained = new ArrayList<TrainedWeight>();
        for (var weight : ModelWeights.of(config, mesh, F32)) {
            var hasCopies = weight.name().equals(ModelWeights.name(BlockTensor.FEED_FORWARD_OUT_BIAS));
            trained.add(TrainedWeight.of(weight, hasCopies ? copies : 1, mesh, sharding));
            if (weight.name().equals(GptjTensors.EMBEDDING) && copies > 1) {
                trained.add(TrainedWeight.of(embeddingBias(config), copies, mesh, sharding));
            }
        }
        return trained;
    }

    private static Weight embeddingBias(GptjConfig config) {
        var name = StateTensor.EMBEDDING_BIAS;
        return new Weight(name, TensorType.of(F32, config.width()), Sharding.replicated(1), List.of(name));
    }
}
