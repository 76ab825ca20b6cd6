package io.meshtransformer.xla.program;

import io.meshtransformer.stablehlo.ir.Argument;
import io.meshtransformer.stablehlo.ir.Donation;
import io.meshtransformer.stablehlo.ir.Program;
import io.meshtransformer.stablehlo.ir.Result;
import java.util.List;

/**
 * A program of GPT-J and what it takes, in order: weights, state, inputs. An {@link Argument} says its name, type,
 * sharding and whether it is donated. Results are the state as it is now, in the memory of what was donated, then the
 * outputs.
 *
 * @param weights that it uses, a part of {@link ModelWeights} in their order; the names are those of the arguments
 * @param state how many arguments after the weights are what runs carry on: the caches {@code keys} and {@code values},
 *     or in training the weights themselves and their moments
 */
public record ModelProgram(Program program, List<Weight> weights, int state) {
    public ModelProgram {
        weights = List.copyOf(weights);
    }

    public String name() {
        return program.name();
    }

    public List<Argument> arguments() {
        return program.main().arguments();
    }

    public List<Argument> stateArguments() {
        return arguments().subList(weights.size(), weights.size() + state);
    }

    /** What is new in every run. */
    public List<Argument> inputs() {
        return arguments().subList(weights.size() + state, arguments().size());
    }

    public List<Result> results() {
        return program.main().results();
    }

    /** What a run gives beside the state that it updates. */
    public List<Result> outputs() {
        var updated = stateArguments().stream()
                .filter(argument -> argument.donation() instanceof Donation.Aliased)
                .count();
        return results().subList((int) updated, results().size());
    }
}
