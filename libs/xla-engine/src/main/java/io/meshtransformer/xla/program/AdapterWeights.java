package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;
import static io.meshtransformer.stablehlo.type.ElementType.F32;
import static io.meshtransformer.xla.program.DeviceMesh.MP;

import io.meshtransformer.gptj.BlockTensor;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.lora.LoraOptions;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The adapters of all blocks, stacked, in the order in which a step takes them: of each target, A and then B. */
record AdapterWeights(LoraOptions options) {
    /** Cut where their matrix is: B by outputs, or A by inputs. */
    List<Weight> of(GptjConfig config) {
        var weights = new ArrayList<Weight>();
        for (var target : options.targets()) {
            var cutByInputs = target == BlockTensor.ATTENTION_OUT;
            var layers = IntStream.range(0, config.layers());
            var down = layers.mapToObj(layer -> LoraOptions.down(target, layer)).toList();
            var up = IntStream.range(0, config.layers())
                    .mapToObj(layer -> LoraOptions.up(target, layer))
                    .toList();
            var whole = Sharding.replicated(3);
            weights.add(weight(
                    down,
                    options.downShape(target, config),
                    cutByInputs ? Sharding.of(whole(), whole(), by(MP)) : whole));
            weights.add(weight(
                    up, options.upShape(target, config), cutByInputs ? whole : Sharding.of(whole(), by(MP), whole())));
        }
        return weights;
    }

    private static Weight weight(
            List<String> tensors, io.meshtransformer.gptj.safetensors.Shape shape, Sharding sharding) {
        var stacked = new Shape(shape.dimensions()).stacked(tensors.size());
        var name = tensors.getFirst().replace(ModelWeights.BLOCKS + "0.", ModelWeights.BLOCKS);
        return new Weight(name, new TensorType(F32, stacked), sharding, tensors);
    }

    /** Those of one block, from its slices in the order of {@link #of}. */
    Map<BlockTensor, Gptj.LowRank> ofBlock(List<Value> slices) {
        var adapters = new EnumMap<BlockTensor, Gptj.LowRank>(BlockTensor.class);
        for (var i = 0; i < options.targets().size(); i++) {
            adapters.put(
                    options.targets().get(i),
                    new Gptj.LowRank(slices.get(2 * i), slices.get(2 * i + 1), options.scale()));
        }
        return adapters;
    }
}
