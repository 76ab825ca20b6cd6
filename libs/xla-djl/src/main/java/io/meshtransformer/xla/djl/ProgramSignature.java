package io.meshtransformer.xla.djl;

import io.meshtransformer.pjrt.Shape;
import java.util.List;

/**
 * What a program takes and gives, as its text says.
 *
 * @param arguments in the order of the program
 * @param results in the order of the program
 */
record ProgramSignature(List<Argument> arguments, List<Result> results) {
    /** @param donated whether a run may overwrite it */
    record Argument(String name, Shape shape, boolean donated) {
        Argument named(String other) {
            return new Argument(other, shape, donated);
        }

        @Override
        public String toString() {
            return name + " " + ElementTypes.describe(shape);
        }
    }

    record Result(String name, Shape shape) {}

    ProgramSignature {
        arguments = List.copyOf(arguments);
        results = List.copyOf(results);
    }
}
