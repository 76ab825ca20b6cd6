package io.meshtransformer.stablehlo.gradient;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One way back through statements: the cotangents that values have got so far. The cotangent of a value says how much
 * the loss changes with each of its elements, in a tensor of the value's own type. A value without one has zeros.
 */
final class Sweep {
    private final BlockBuilder block;
    private final Set<Value> active;
    private final Map<Value, Value> cotangents = new HashMap<>();

    /** @param active values that get cotangents; what is given to others is not even computed */
    Sweep(BlockBuilder block, Set<Value> active) {
        this.block = block;
        this.active = active;
    }

    /** Where cotangents are computed. */
    BlockBuilder block() {
        return block;
    }

    boolean needs(Value value) {
        return active.contains(value);
    }

    /** Adds to what the value has got from elsewhere. */
    void give(Value value, Supplier<Value> cotangent) {
        if (!needs(value)) {
            return;
        }
        var given = cotangent.get();
        if (!given.type().equals(value.type())) {
            throw new IllegalStateException("a cotangent of " + value + " cannot be " + given);
        }
        cotangents.merge(value, given, block::add);
    }

    Optional<Value> cotangent(Value value) {
        return Optional.ofNullable(cotangents.get(value));
    }

    Value cotangentOrZeros(Value value) {
        return cotangent(value).orElseGet(() -> Gradients.zeros(block, value));
    }
}
