package io.meshtransformer.xla.program;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Weights as the loss of a micro-batch is differentiated by them: those of blocks stacked, for a loop over layers whose
 * gradient computes each block once more; or where nothing shall be computed twice, cut into those of each layer.
 */
final class UsedWeights {
    private final TrainingPrograms programs;
    private final BlockBuilder b;
    private final Map<String, TrainedWeight> trained;
    /** What stands for each weight: one value, or one for each layer. */
    private final Map<String, List<Value>> values;

    private UsedWeights(
            TrainingPrograms programs,
            BlockBuilder b,
            Map<String, TrainedWeight> trained,
            Map<String, List<Value>> values) {
        this.programs = programs;
        this.b = b;
        this.trained = trained;
        this.values = values;
    }

    /**
     * @param frozen in the order of {@link TrainingPrograms#frozen}
     * @param weights in the order of {@link TrainingPrograms#trained}
     */
    static UsedWeights of(TrainingPrograms programs, BlockBuilder b, List<Value> frozen, List<Value> weights) {
        var trained = programs.trained().stream().collect(Collectors.toMap(TrainedWeight::name, weight -> weight));
        var used = new UsedWeights(programs, b, trained, new HashMap<>());
        used.put(programs.frozen(), frozen);
        used.put(programs.parameters(), weights);
        return used;
    }

    private void put(List<Weight> weights, List<Value> given) {
        for (var i = 0; i < given.size(); i++) {
            var apart = weights.get(i).ofBlocks() && !programs.rematerialise();
            values.put(weights.get(i).name(), apart ? layers(b, given.get(i)) : List.of(given.get(i)));
        }
    }

    private static List<Value> layers(BlockBuilder b, Value stacked) {
        var shape = stacked.shape().without(List.of(0)).toArray();
        return IntStream.range(0, (int) stacked.dimension(0))
                .mapToObj(layer -> b.reshape(b.slice(stacked, 0, layer, layer + 1), shape))
                .toList();
    }

    /** @param windows {@code [batch, sequence + 1]} */
    TokenLosses losses(Value windows) {
        var config = programs.config();
        var single = new HashMap<String, Value>();
        values.forEach((name, parts) -> single.put(name, parts.getFirst()));
        var forward =
                new Forward(b, new Gptj(config, programs.compute()), config, single, blocks(), this::gathered, form());
        var last = windows.dimension(1);
        return TokenLosses.of(b, forward.logits(b.slice(windows, 1, 0, last - 1)), b.slice(windows, 1, 1, last));
    }

    private Value gathered(BlockBuilder inner, String name, Value slice) {
        return trained.containsKey(name) ? trained.get(name).gathered(inner, slice) : slice;
    }

    private Forward.BlockForm form() {
        if (programs.adapters().isEmpty()) {
            return Forward.BlockForm.PLAIN;
        }
        var adapters = new AdapterWeights(programs.adapters().get());
        var base = Forward.BlockForm.PLAIN.names();
        var names = Stream.concat(
                        base.stream(), adapters.of(programs.config()).stream().map(Weight::name))
                .toList();
        return new Forward.BlockForm(
                names,
                slices -> Gptj.BlockWeights.of(slices, adapters.ofBlock(slices.subList(base.size(), slices.size()))));
    }

    private Optional<List<Gptj.BlockWeights>> blocks() {
        if (programs.rematerialise()) {
            return Optional.empty();
        }
        var form = form();
        var blocks = new ArrayList<Gptj.BlockWeights>();
        for (var layer = 0; layer < programs.config().layers(); layer++) {
            var index = layer;
            blocks.add(form.of()
                    .apply(form.names().stream()
                            .map(name -> gathered(b, name, values.get(name).get(index)))
                            .toList()));
        }
        return Optional.of(blocks);
    }

    /** Of the loss by the weights, in their order, of their types as they are used. */
    List<Value> gradients(Value loss) {
        var order = programs.trained().stream().map(TrainedWeight::name).toList();
        var leaves = order.stream().map(values::get).flatMap(List::stream).toList();
        var found = b.gradients(loss, leaves).iterator();
        var gradients = new ArrayList<Value>();
        for (var name : order) {
            var parts = values.get(name).stream().map(_ -> found.next()).toList();
            gradients.add(parts.size() == 1 ? parts.getFirst() : stacked(parts));
        }
        return gradients;
    }

    private Value stacked(List<Value> layers) {
        var shape = layers.getFirst().shape().stacked(1).toArray();
        return b.concatenate(
                0, layers.stream().map(layer -> b.reshape(layer, shape)).toArray(Value[]::new));
    }
}
