package io.meshtransformer.xla.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Holds what a caller gives against what a program takes. */
final class Inputs {
    private Inputs() {}

    /**
     * The inputs in the program's order: by their names if they have any, else as they come.
     *
     * @throws IllegalArgumentException if their number, a name, a type or a shape is not the program's
     */
    static List<NDArray> ordered(LoadedProgram program, NDList inputs) {
        var expected = program.inputs();
        if (inputs.size() != expected.size()) {
            throw new IllegalArgumentException(program.name() + " takes " + expected.size()
                    + (expected.size() == 1 ? " input " : " inputs ") + expected + ", it got " + inputs.size());
        }
        var named = inputs.stream().map(NDArray::getName).anyMatch(Objects::nonNull);
        var ordered = named ? byName(program, inputs) : List.copyOf(inputs);
        for (var index = 0; index < expected.size(); index++) {
            requireFit(program, index, expected.get(index), ordered.get(index));
        }
        return ordered;
    }

    private static List<NDArray> byName(LoadedProgram program, NDList inputs) {
        var ordered = new ArrayList<NDArray>();
        for (var argument : program.inputs()) {
            var input = inputs.get(argument.name());
            if (input == null) {
                throw new IllegalArgumentException(program.name() + " takes " + argument + ", it got inputs named "
                        + inputs.stream().map(NDArray::getName).toList()
                        + "; give all of them the program's names, or none a name");
            }
            ordered.add(input);
        }
        return ordered;
    }

    private static void requireFit(
            LoadedProgram program, int place, ProgramSignature.Argument expected, NDArray input) {
        var shape = ElementTypes.of(expected.shape());
        var type = ElementTypes.of(expected.shape().elementType());
        if (input.getDataType() != type || !input.getShape().equals(shape)) {
            throw new IllegalArgumentException("input " + place + " of " + program.name() + ", " + expected.name()
                    + ": expected " + ElementTypes.describe(expected.shape()) + ", got " + input.getDataType()
                    + input.getShape());
        }
    }
}
