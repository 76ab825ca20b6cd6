package io.meshtransformer.gptj;

import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** Compares the tensors that files hold with those that a configuration asks for. */
public final class WeightComparison {
    private WeightComparison() {}

    /** What a file says of a tensor. */
    public record Found(DataType type, Shape shape) {}

    /**
     * What is missing, of another shape or type, or no weight; masks of older versions are skipped.
     *
     * @param excused missing for a reason that has been told already
     */
    public static List<String> problems(
            SequencedMap<String, Shape> wanted, Map<String, Found> found, Set<String> excused) {
        var problems = new ArrayList<String>();
        wanted.forEach((name, shape) -> {
            var tensor = found.get(name);
            if (tensor != null) {
                compare(name, tensor, shape, problems);
            } else if (!excused.contains(name)) {
                problems.add("tensor " + name + " of shape " + shape + " is missing");
            }
        });
        found.keySet().stream()
                .filter(name -> !wanted.containsKey(name) && !GptjTensors.isBuffer(name))
                .sorted()
                .forEach(name -> problems.add("tensor " + name + " is no weight of this GPT-J"));
        return problems;
    }

    private static void compare(String name, Found tensor, Shape shape, List<String> problems) {
        if (!tensor.shape().equals(shape)) {
            problems.add("tensor " + name + " has shape " + tensor.shape() + ", the configuration asks for " + shape);
        }
        if (!tensor.type().isReadable()) {
            problems.add("tensor " + name + " is " + tensor.type() + ", it must be F32, F16 or BF16");
        }
    }
}
