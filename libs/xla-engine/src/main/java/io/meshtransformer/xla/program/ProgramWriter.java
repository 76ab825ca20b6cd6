package io.meshtransformer.xla.program;

import static io.meshtransformer.stablehlo.ProgramBuilder.program;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.stablehlo.FunctionBuilder;
import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ir.Donation;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** Writes one program of GPT-J: takes its weights, caches and inputs, in this order, and strings the stages together. */
final class ProgramWriter {
    private static final List<String> CACHES = List.of("keys", "values");

    private final GptjConfig config;
    private final GptjPrograms programs;
    private final Forward forward;
    private final ProgramBuilder builder;
    private final FunctionBuilder main;
    private final List<Weight> weights;
    private final Map<String, Value> taken = new HashMap<>();
    private List<Value> caches = List.of();

    ProgramWriter(GptjPrograms programs, String name, List<Weight> weights) {
        this.config = programs.config();
        this.programs = programs;
        this.builder = program(name, programs.mesh().mesh());
        this.main = builder.function("main");
        this.weights = weights;
        for (var weight : weights) {
            taken.put(weight.name(), main.argument(weight.name(), weight.type(), weight.sharding()));
        }
        this.forward = new Forward(main, new Gptj(config, programs.compute()), config, taken);
    }

    /** Takes the caches, whose memory is that of the first results. */
    ProgramWriter withCaches(CacheShape shape) {
        return withCaches(shape, Donation.Aliased::new);
    }

    /** Takes the caches and leaves them as they are. */
    ProgramWriter readingCaches(CacheShape shape) {
        return withCaches(shape, _ -> Donation.KEPT);
    }

    private ProgramWriter withCaches(CacheShape shape, IntFunction<Donation> donations) {
        var type = shape.type(config, programs.compute());
        var values = new ArrayList<Value>();
        for (var cache : CACHES) {
            var donation = donations.apply(values.size());
            values.add(main.argument(cache, type, Optional.of(CacheShape.sharding()), donation));
        }
        caches = values;
        return this;
    }

    Value input(String name, TensorType type, Sharding sharding) {
        return main.argument(name, type, sharding);
    }

    GptjPrograms programs() {
        return programs;
    }

    FunctionBuilder main() {
        return main;
    }

    Value weight(Weight weight) {
        return taken.get(weight.name());
    }

    Value keyCache() {
        return caches.get(0);
    }

    Value valueCache() {
        return caches.get(1);
    }

    /** The model's stages, in the program's main function. */
    Forward forward() {
        return forward;
    }

    void result(String name, Value value, Sharding sharding) {
        main.result(name, value, sharding);
    }

    /** The caches as they are now: the first results. */
    void cacheResults(Value keys, Value values) {
        result(CACHES.get(0), keys, CacheShape.sharding());
        result(CACHES.get(1), values, CacheShape.sharding());
    }

    ModelProgram build() {
        main.build();
        return new ModelProgram(builder.build(), weights, caches.size());
    }
}
