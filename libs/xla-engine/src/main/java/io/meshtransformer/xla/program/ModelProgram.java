package io.meshtransformer.xla.program;

import io.meshtransformer.stablehlo.ir.Argument;
import io.meshtransformer.stablehlo.ir.Donation;
import io.meshtransformer.stablehlo.ir.Program;
import io.meshtransformer.stablehlo.ir.Result;
import java.util.List;

/**
 * A program of GPT-J and what it takes, in order: weights, caches, inputs. An {@link Argument} says its name, type,
 * sharding and whether it is donated. Results are the caches as they are now, in the memory of those that were donated,
 * then the outputs.
 *
 * @param weights that it uses, a part of {@link ModelWeights} in their order; the names are those of the arguments
 * @param caches how many arguments after the weights are caches, {@code keys} and {@code values}
 */
public record ModelProgram(Program program, List<Weight> weights, int caches) {
    public ModelProgram {
        weights = List.copyOf(weights);
    }

    public String name() {
        return program.name();
    }

    public List<Argument> arguments() {
        return program.main().arguments();
    }

    public List<Argument> cacheArguments() {
        return arguments().subList(weights.size(), weights.size() + caches);
    }

    /** What is new in every run. */
    public List<Argument> inputs() {
        return arguments().subList(weights.size() + caches, arguments().size());
    }

    public List<Result> results() {
        return program.main().results();
    }

    /** What a run gives beside the caches that it updates. */
    public List<Result> outputs() {
        var updated = cacheArguments().stream()
                .filter(cache -> cache.donation() instanceof Donation.Aliased)
                .count();
        return results().subList((int) updated, results().size());
    }
}
