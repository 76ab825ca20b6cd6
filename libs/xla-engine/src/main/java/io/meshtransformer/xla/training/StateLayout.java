package io.meshtransformer.xla.training;

import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.stablehlo.sharding.Mesh;
import io.meshtransformer.xla.program.TrainingPrograms;
import io.meshtransformer.xla.program.Weight;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** How the logical tensors of a training run lie in the arrays of its programs, where layers are stacked. */
final class StateLayout {
    private final Mesh mesh;
    private final List<Entry> entries = new ArrayList<>();
    private final SequencedMap<StateTensor, Place> places = new LinkedHashMap<>();
    private final SequencedMap<StateTensor, Shape> frozen = new LinkedHashMap<>();

    /** One array of a program's state, in the order of the program. */
    record Entry(Kind kind, Weight weight) {}

    /**
     * Where a logical tensor is.
     *
     * @param entry its number
     * @param offset of its first element in the whole array
     */
    record Place(int entry, long offset, Shape shape) {}

    StateLayout(TrainingPrograms programs) {
        this.mesh = programs.mesh().mesh();
        programs.frozen().forEach(weight -> weight.tensors()
                .forEach(tensor -> frozen.put(new StateTensor(Kind.PARAMETER, tensor), shape(weight))));
        add(Kind.PARAMETER, programs.parameters());
        add(Kind.FIRST_MOMENT, programs.moments());
        add(Kind.SECOND_MOMENT, programs.moments());
    }

    private void add(Kind kind, List<Weight> weights) {
        for (var weight : weights) {
            var entry = entries.size();
            entries.add(new Entry(kind, weight));
            var shape = shape(weight);
            for (var layer = 0; layer < weight.tensors().size(); layer++) {
                var tensor = new StateTensor(kind, weight.tensors().get(layer));
                places.put(tensor, new Place(entry, layer * shape.elements(), shape));
            }
        }
    }

    /** Of one tensor of a weight. */
    private static Shape shape(Weight weight) {
        var dimensions = weight.type().shape().dimensions();
        return new Shape(weight.ofBlocks() ? dimensions.subList(1, dimensions.size()) : dimensions);
    }

    Mesh mesh() {
        return mesh;
    }

    List<Entry> entries() {
        return entries;
    }

    /** @throws IllegalArgumentException if there is no such tensor */
    Place place(StateTensor tensor) {
        var place = places.get(tensor);
        if (place == null) {
            throw new IllegalArgumentException("the run has no tensor " + tensor);
        }
        return place;
    }

    SequencedMap<StateTensor, Shape> tensors() {
        var shapes = new LinkedHashMap<StateTensor, Shape>();
        places.forEach((tensor, place) -> shapes.put(tensor, place.shape()));
        return Collections.unmodifiableSequencedMap(shapes);
    }

    /** Whether a state has moments at all. */
    static boolean hasMoments(TrainingState state) {
        return state.tensors().keySet().stream().anyMatch(tensor -> tensor.kind() != Kind.PARAMETER);
    }

    /** @throws IllegalArgumentException naming every tensor that is missing, unknown or of another shape */
    void requireFits(TrainingState state) {
        var withMoments = hasMoments(state);
        var expected = new LinkedHashMap<>(frozen);
        expected.putAll(tensors());
        expected.keySet().removeIf(tensor -> !withMoments && tensor.kind() != Kind.PARAMETER);
        var problems = new ArrayList<String>();
        expected.forEach((tensor, shape) -> {
            var found = state.tensors().get(tensor);
            if (found == null) {
                problems.add(name(tensor) + " is missing");
            } else if (!found.equals(shape)) {
                problems.add(name(tensor) + " is " + found + ", it must be " + shape);
            }
        });
        state.tensors().keySet().stream()
                .filter(tensor -> !expected.containsKey(tensor))
                .forEach(tensor -> problems.add(name(tensor) + " is unknown"));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("the state does not fit the run: " + String.join("; ", problems));
        }
    }

    private static String name(StateTensor tensor) {
        return switch (tensor.kind()) {
            case PARAMETER -> tensor.name();
            case FIRST_MOMENT -> "the first moment of " + tensor.name();
            case SECOND_MOMENT -> "the second moment of " + tensor.name();
        };
    }
}
