package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;
import static io.meshtransformer.stablehlo.type.ElementType.F32;
import static io.meshtransformer.xla.program.DeviceMesh.MP;

import io.meshtransformer.gptj.BlockTensor;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The weights of a GPT-J in the order in which every program takes them, cut as mesh-transformer-jax cuts them: queries,
 * keys, values and feed-forward in by their outputs, attention out and feed-forward out by their inputs, embedding and
 * head by vocabulary. Vectors are fp32, and on every device unless they belong to outputs that are cut.
 */
public final class ModelWeights {
    static final String BLOCKS = "transformer.h.";

    private final GptjConfig config;
    private final DeviceMesh mesh;
    private final ElementType matrices;

    private ModelWeights(GptjConfig config, DeviceMesh mesh, ElementType matrices) {
        this.config = config;
        this.mesh = mesh;
        this.matrices = matrices;
    }

    /** @param matrices element type of matrices and of the embedding */
    public static List<Weight> of(GptjConfig config, DeviceMesh mesh, ElementType matrices) {
        return new ModelWeights(config, mesh, matrices).all();
    }

    /** Those of a model without its head, from the weights of all. */
    static List<Weight> body(List<Weight> all) {
        return all.stream().filter(weight -> !isHead(weight)).toList();
    }

    /** Those of the head alone. */
    static List<Weight> head(List<Weight> all) {
        return all.stream().filter(ModelWeights::isHead).toList();
    }

    private static boolean isHead(Weight weight) {
        return weight.name().equals(GptjTensors.HEAD_WEIGHT) || weight.name().equals(GptjTensors.HEAD_BIAS);
    }

    /** Name of a weight of all blocks. */
    public static String name(BlockTensor tensor) {
        return tensor.name(0).replace(BLOCKS + "0.", BLOCKS);
    }

    private List<Weight> all() {
        var weights = new ArrayList<Weight>();
        weights.add(matrix(GptjTensors.EMBEDDING, config.vocabularySize(), config.width(), byVocabulary(2)));
        Arrays.stream(BlockTensor.values()).map(this::stacked).forEach(weights::add);
        weights.add(vector(GptjTensors.FINAL_NORM_WEIGHT, config.width(), Sharding.replicated(1)));
        weights.add(vector(GptjTensors.FINAL_NORM_BIAS, config.width(), Sharding.replicated(1)));
        weights.add(matrix(GptjTensors.HEAD_WEIGHT, config.vocabularySize(), config.width(), byVocabulary(2)));
        weights.add(vector(GptjTensors.HEAD_BIAS, config.vocabularySize(), byVocabulary(1)));
        return weights;
    }

    private Weight stacked(BlockTensor tensor) {
        var shape = new Shape(tensor.shape(config).dimensions()).stacked(config.layers());
        var tensors = IntStream.range(0, config.layers()).mapToObj(tensor::name).toList();
        var elements = shape.rank() == 3 ? matrices : F32;
        return new Weight(name(tensor), new TensorType(elements, shape), sharding(tensor), tensors);
    }

    private static Sharding sharding(BlockTensor tensor) {
        return switch (tensor) {
            case NORM_WEIGHT, NORM_BIAS, FEED_FORWARD_OUT_BIAS -> Sharding.replicated(2);
            case QUERY, KEY, VALUE, FEED_FORWARD_IN_WEIGHT -> Sharding.of(whole(), by(MP), whole());
            case FEED_FORWARD_IN_BIAS -> Sharding.of(whole(), by(MP));
            case ATTENTION_OUT, FEED_FORWARD_OUT_WEIGHT -> Sharding.of(whole(), whole(), by(MP));
        };
    }

    /** Whether {@code mp} divides the vocabulary; otherwise it is whole on every device, which costs memory and no more. */
    static boolean cutsVocabulary(GptjConfig config, DeviceMesh mesh) {
        return config.vocabularySize() % mesh.mp() == 0;
    }

    private Sharding byVocabulary(int rank) {
        return cutsVocabulary(config, mesh) ? Sharding.split(rank, 0, MP) : Sharding.replicated(rank);
    }

    private Weight matrix(String name, long out, long in, Sharding sharding) {
        return new Weight(name, TensorType.of(matrices, out, in), sharding, List.of(name));
    }

    private Weight vector(String name, long size, Sharding sharding) {
        return new Weight(name, TensorType.of(F32, size), sharding, List.of(name));
    }
}
