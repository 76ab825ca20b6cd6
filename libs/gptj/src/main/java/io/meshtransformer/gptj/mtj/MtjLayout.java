package io.meshtransformer.gptj.mtj;

import io.meshtransformer.gptj.BlockTensor;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Which array of a checkpoint is which: mesh-transformer-jax flattens its state with sorted keys, cuts the list into 16
 * files a shard and stores no names ({@code checkpoint.py}).
 */
final class MtjLayout {
    static final int FILES = 16;

    /** Adam's count; it stands third in the optimiser's chain. */
    static final String ADAM_COUNT = "opt_state/2/count";

    /** The learning rate schedule's count, sixth in the chain. */
    static final String SCHEDULE_COUNT = "opt_state/5/count";

    static final String STEP = "step";

    private static final String ROOT = "causal_transformer_shard/~/";

    private final GptjConfig config;
    private final int shards;
    private final Map<String, Shape> shapes;

    MtjLayout(GptjConfig config, int shards) {
        this.config = config;
        this.shards = shards;
        this.shapes = GptjTensors.shapes(config);
    }

    int shards() {
        return shards;
    }

    /** What does not divide, as sentences. */
    List<String> problems() {
        var problems = new ArrayList<String>();
        divides("n_vocab", config.vocabularySize(), problems);
        divides("n_heads", config.heads(), problems);
        if (config.feedForwardWidth() != 4 * config.width()) {
            problems.add("the feed-forward's width is " + config.feedForwardWidth()
                    + ", mesh-transformer-jax knows only 4 x the model's width of " + config.width());
        }
        if (config.layerNormEpsilon() != MtjConfig.LAYER_NORM_EPSILON) {
            problems.add("the epsilon of layer norms is " + config.layerNormEpsilon()
                    + ", mesh-transformer-jax knows only " + MtjConfig.LAYER_NORM_EPSILON);
        }
        return problems;
    }

    private void divides(String name, int value, List<String> problems) {
        if (value % shards != 0) {
            problems.add(name + " is " + value + ", which " + shards + " shards do not divide");
        }
    }

    /** All leaves in their order: weights and step, and with {@code full} what the optimiser remembers. */
    List<MtjLeaf> leaves(boolean full) {
        var leaves = new ArrayList<MtjLeaf>();
        if (full) {
            leaves.add(new MtjLeaf.Counter(ADAM_COUNT));
            leaves.addAll(weights("opt_state/2/mu/", Kind.FIRST_MOMENT));
            leaves.addAll(weights("opt_state/2/nu/", Kind.SECOND_MOMENT));
            leaves.add(new MtjLeaf.Counter(SCHEDULE_COUNT));
        }
        leaves.addAll(weights("params/", Kind.PARAMETER));
        leaves.add(new MtjLeaf.Counter(STEP));
        return leaves;
    }

    private record Named(String module, String array, String tensor, Split split) {}

    private List<MtjLeaf.Weight> weights(String prefix, Kind kind) {
        var named = new ArrayList<Named>();
        named.add(new Named("embedding_shard/~/linear", "b", StateTensor.EMBEDDING_BIAS, Split.SUMMED));
        named.add(new Named("embedding_shard/~/linear", "w", GptjTensors.EMBEDDING, Split.VOCABULARY));
        for (var layer = 0; layer < config.layers(); layer++) {
            for (var tensor : BlockTensor.values()) {
                named.add(named(layer, tensor));
            }
        }
        named.add(new Named("projection_shard/~/linear", "b", GptjTensors.HEAD_BIAS, Split.PARTS));
        named.add(new Named("projection_shard/~/linear", "w", GptjTensors.HEAD_WEIGHT, Split.OUTPUTS));
        var norm = "projection_shard/~/replicated_layer_norm";
        named.add(new Named(norm, "offset", GptjTensors.FINAL_NORM_BIAS, Split.FIRST));
        named.add(new Named(norm, "scale", GptjTensors.FINAL_NORM_WEIGHT, Split.FIRST));
        // As strings: layer_10 stands before layer_2.
        return named.stream()
                .sorted(Comparator.comparing(Named::module).thenComparing(Named::array))
                .map(leaf -> new MtjLeaf.Weight(
                        prefix + ROOT + leaf.module() + "/" + leaf.array(),
                        new StateTensor(kind, leaf.tensor()),
                        leaf.split()))
                .toList();
    }

    private static Named named(int layer, BlockTensor tensor) {
        var block = "layer_" + layer + "/~/";
        var name = tensor.name(layer);
        return switch (tensor) {
            case QUERY -> new Named(block + "linear", "w", name, Split.OUTPUTS);
            case VALUE -> new Named(block + "linear_1", "w", name, Split.OUTPUTS);
            case KEY -> new Named(block + "linear_2", "w", name, Split.OUTPUTS);
            case ATTENTION_OUT -> new Named(block + "linear_3", "w", name, Split.INPUTS);
            case FEED_FORWARD_IN_BIAS -> new Named(block + "linear_4", "b", name, Split.PARTS);
            case FEED_FORWARD_IN_WEIGHT -> new Named(block + "linear_4", "w", name, Split.OUTPUTS);
            case FEED_FORWARD_OUT_BIAS -> new Named(block + "linear_5", "b", name, Split.SUMMED);
            case FEED_FORWARD_OUT_WEIGHT -> new Named(block + "linear_5", "w", name, Split.INPUTS);
            case NORM_BIAS -> new Named(block + "replicated_layer_norm", "offset", name, Split.FIRST);
            case NORM_WEIGHT -> new Named(block + "replicated_layer_norm", "scale", name, Split.FIRST);
        };
    }

    /** The whole weight's shape, as Hugging Face has it. */
    Shape logical(StateTensor tensor) {
        return tensor.name().equals(StateTensor.EMBEDDING_BIAS) ? Shape.of(config.width()) : shapes.get(tensor.name());
    }

    /** Shape of a leaf's array in one shard. */
    Shape shape(MtjLeaf leaf) {
        return switch (leaf) {
            case MtjLeaf.Counter _ -> Shape.of();
            case MtjLeaf.Weight weight -> shape(weight.split(), logical(weight.tensor()));
        };
    }

    private Shape shape(Split split, Shape logical) {
        var out = logical.dimensions().getFirst();
        var in = logical.dimensions().getLast();
        return switch (split) {
            case VOCABULARY -> Shape.of(out / shards, in);
            case OUTPUTS -> Shape.of(in, out / shards);
            case INPUTS -> Shape.of(in / shards, out);
            case PARTS -> Shape.of(out / shards);
            case SUMMED, FIRST -> logical;
        };
    }

    /** How many of {@code leaves} arrays a file has: the first files have one more where 16 does not divide. */
    static int arrays(int leaves, int file) {
        return leaves / FILES + (file < leaves % FILES ? 1 : 0);
    }
}
