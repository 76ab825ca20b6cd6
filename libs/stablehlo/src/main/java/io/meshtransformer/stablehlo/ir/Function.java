package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.ProgramException.InvalidStructure;
import java.util.List;

/** A block with named arguments and results. */
public record Function(String name, List<Argument> arguments, List<Result> results, Block body) {
    public Function {
        arguments = List.copyOf(arguments);
        results = List.copyOf(results);
    }

    /** Place of an argument in a call. */
    public int argumentIndex(String argument) {
        for (var i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).name().equals(argument)) {
                return i;
            }
        }
        throw new InvalidStructure("function " + name + " has no argument " + argument);
    }

    /** Place of a result. */
    public int resultIndex(String result) {
        for (var i = 0; i < results.size(); i++) {
            if (results.get(i).name().equals(result)) {
                return i;
            }
        }
        throw new InvalidStructure("function " + name + " has no result " + result);
    }
}
