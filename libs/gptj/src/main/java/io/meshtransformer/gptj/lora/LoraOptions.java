package io.meshtransformer.gptj.lora;

import io.meshtransformer.gptj.BlockTensor;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.safetensors.Shape;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Which matrices of every block get a low-rank adapter to be trained in their place: W + alpha / rank · B A, with A
 * {@code [rank, in]} and B {@code [out, rank]}, under PEFT's names. Hu et al. 2021.
 *
 * @param targets matrices of attention, each once
 */
public record LoraOptions(int rank, double alpha, List<BlockTensor> targets) {
    private static final EnumSet<BlockTensor> ATTENTION =
            EnumSet.of(BlockTensor.QUERY, BlockTensor.KEY, BlockTensor.VALUE, BlockTensor.ATTENTION_OUT);

    public LoraOptions {
        targets = List.copyOf(targets);
        if (rank < 1) {
            throw new IllegalArgumentException("rank is " + rank + ", it must be at least 1");
        }
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException("alpha is " + alpha + ", it must be finite and above 0");
        }
        if (targets.isEmpty()
                || !ATTENTION.containsAll(targets)
                || EnumSet.copyOf(targets).size() < targets.size()) {
            throw new IllegalArgumentException("targets are " + targets + ", they must be some of " + ATTENTION);
        }
    }

    /**
     * Options by PEFT's names of modules.
     *
     * @param modules of {@code q_proj}, {@code k_proj}, {@code v_proj}, {@code out_proj}
     * @throws IllegalArgumentException if one is none of these
     */
    public static LoraOptions ofModules(int rank, double alpha, List<String> modules) {
        return new LoraOptions(
                rank, alpha, modules.stream().map(LoraOptions::target).toList());
    }

    private static BlockTensor target(String module) {
        return ATTENTION.stream()
                .filter(target -> module(target).equals(module))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("module '" + module + "' is none of "
                        + ATTENTION.stream().map(LoraOptions::module).toList()));
    }

    /** PEFT's names of the targets' modules. */
    public List<String> modules() {
        return targets.stream().map(LoraOptions::module).toList();
    }

    private static String module(BlockTensor target) {
        var parts = target.name(0).split("\\.");
        return parts[parts.length - 2];
    }

    /** Numbers in all adapters. */
    public long parameters(GptjConfig config) {
        return shapes(config).values().stream().mapToLong(Shape::elements).sum();
    }

    /** Times each product. */
    public double scale() {
        return alpha / rank;
    }

    /** PEFT's name of A. */
    public static String down(BlockTensor target, int layer) {
        return Adapter.down(target.name(layer));
    }

    /** PEFT's name of B. */
    public static String up(BlockTensor target, int layer) {
        return Adapter.up(target.name(layer));
    }

    public Shape downShape(BlockTensor target, GptjConfig config) {
        return Shape.of(rank, target.shape(config).dimensions().getLast());
    }

    public Shape upShape(BlockTensor target, GptjConfig config) {
        return Shape.of(target.shape(config).dimensions().getFirst(), rank);
    }

    /** Every adapter's tensors, layer by layer. */
    public SequencedMap<String, Shape> shapes(GptjConfig config) {
        var shapes = new LinkedHashMap<String, Shape>();
        for (var layer = 0; layer < config.layers(); layer++) {
            for (var target : targets) {
                shapes.put(down(target, layer), downShape(target, config));
                shapes.put(up(target, layer), upShape(target, config));
            }
        }
        return Collections.unmodifiableSequencedMap(shapes);
    }
}
