package io.meshtransformer.stablehlo;

import io.meshtransformer.stablehlo.ProgramException.InvalidSharding;
import io.meshtransformer.stablehlo.ProgramException.InvalidStructure;
import io.meshtransformer.stablehlo.ir.Argument;
import io.meshtransformer.stablehlo.ir.Donation;
import io.meshtransformer.stablehlo.ir.Function;
import io.meshtransformer.stablehlo.ir.Result;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Writes a function: its arguments, its statements, its results. */
public final class FunctionBuilder extends BlockBuilder {
    private final String name;
    private final List<Argument> arguments = new ArrayList<>();
    private final List<Result> results = new ArrayList<>();

    FunctionBuilder(ProgramBuilder program, String name) {
        super(program, null);
        this.name = name;
    }

    /** The next argument. Its sharding, if the program has a mesh, is the compiler's choice. */
    public Value argument(String argument, TensorType type) {
        return argument(argument, type, Optional.empty(), Donation.KEPT);
    }

    public Value argument(String argument, TensorType type, Sharding sharding) {
        return argument(argument, type, Optional.of(sharding), Donation.KEPT);
    }

    /** The next argument, and what may become of its buffer. */
    public Value argument(String argument, TensorType type, Optional<Sharding> sharding, Donation donation) {
        ProgramBuilder.requireName(argument);
        if (arguments.stream().anyMatch(present -> present.name().equals(argument))) {
            throw new InvalidStructure("function " + name + " has an argument " + argument + " already");
        }
        validate("argument " + argument, sharding, type.shape());
        var value = argument(type);
        arguments.add(new Argument(argument, value, sharding, donation));
        return value;
    }

    public FunctionBuilder result(String result, Value value) {
        return result(result, value, Optional.empty());
    }

    public FunctionBuilder result(String result, Value value, Sharding sharding) {
        return result(result, value, Optional.of(sharding));
    }

    private FunctionBuilder result(String result, Value value, Optional<Sharding> sharding) {
        if (results.stream().anyMatch(present -> present.name().equals(result))) {
            throw new InvalidStructure("function " + name + " has a result " + result + " already");
        }
        validate("result " + result, sharding, value.shape());
        results.add(new Result(result, value, sharding));
        return this;
    }

    /** Ends the function and adds it to the program. */
    public Function build() {
        validateAliases();
        var body = finish(results.stream().map(Result::value).toList());
        var function = new Function(name, arguments, results, body);
        program().add(function);
        return function;
    }

    private void validate(String what, Optional<Sharding> sharding, Shape shape) {
        if (sharding.isEmpty()) {
            return;
        }
        var mesh = program()
                .mesh()
                .orElseThrow(() ->
                        new InvalidStructure(what + " of " + name + " has a sharding, but the program has no mesh"));
        try {
            sharding.get().validate(mesh, shape);
        } catch (InvalidSharding e) {
            throw new InvalidSharding(what + " of " + name + ": " + e.getMessage());
        }
    }

    private void validateAliases() {
        var taken = new HashSet<Integer>();
        for (var argument : arguments) {
            if (!(argument.donation() instanceof Donation.Aliased(var result))) {
                continue;
            }
            if (result < 0 || result >= results.size()) {
                throw new InvalidStructure("argument " + argument.name() + " of " + name + " is to become result "
                        + result + ", there are " + results.size());
            }
            if (!taken.add(result)) {
                throw new InvalidStructure("two arguments of " + name + " are to become result " + result);
            }
            var type = results.get(result).value().type();
            if (!type.equals(argument.value().type())) {
                throw new InvalidStructure("argument " + argument.name() + " of " + name + " is "
                        + argument.value().type() + " and cannot become result " + result + ", which is " + type);
            }
        }
    }
}
