package io.meshtransformer.stablehlo.ir;

import static io.meshtransformer.stablehlo.type.ElementType.I32;

import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One body run over slices of stacked tensors, such as the weights of a model's layers. It is no operation of
 * StableHLO: it is printed as a {@code while}, and kept as one thing until then, for what it means can be seen.
 *
 * <p>Results are the last carries, then what the body returned beyond them, stacked along a new outermost dimension.
 *
 * @param steps how often the body runs
 * @param reversed whether from the last slice to the first; stacked results lie at their slice's place either way
 * @param carries what the first run takes and each hands to the next. A stacked tensor that the body updates in place
 *     (by {@code dynamic_update_slice} at the index) belongs here
 * @param stacked each of outermost size {@code steps}
 * @param body takes the index as an {@code i32} scalar, the carries, a slice of each stacked tensor; returns the carries
 *     and any number of others
 */
public record Scan(int steps, boolean reversed, List<Value> carries, List<Value> stacked, Block body)
        implements ControlFlow {
    public static final TensorType INDEX = TensorType.scalar(I32);

    public Scan {
        carries = List.copyOf(carries);
        stacked = List.copyOf(stacked);
    }

    @Override
    public String name() {
        return "scan";
    }

    @Override
    public List<Value> operands() {
        return Stream.concat(carries.stream(), stacked.stream()).toList();
    }

    @Override
    public List<Block> regions() {
        return List.of(body);
    }

    @Override
    public boolean capturing() {
        return true;
    }

    @Override
    public List<TensorType> resultTypes() {
        Check.that(steps >= 0, this, () -> "there are " + steps + " steps, there must be at least 0");
        var expected = new ArrayList<TensorType>();
        expected.add(INDEX);
        expected.addAll(Check.types(carries));
        for (var value : stacked) {
            expected.add(sliceType(value, steps, this));
        }
        Check.that(
                body.argumentTypes().equals(expected),
                this,
                () -> "the body takes " + body.argumentTypes() + ", it must take the index, carries and slices "
                        + expected);
        var returned = body.returnedTypes();
        Check.that(
                returned.size() >= carries.size()
                        && returned.subList(0, carries.size()).equals(Check.types(carries)),
                this,
                () -> "the body returns " + returned + ", it must return the carries " + Check.types(carries)
                        + " first");
        var results = new ArrayList<>(returned.subList(0, carries.size()));
        returned.subList(carries.size(), returned.size())
                .forEach(type -> results.add(type.with(type.shape().stacked(steps))));
        return results;
    }

    /** What the body sees of a stacked tensor. */
    private static TensorType sliceType(Value value, int steps, Operation operation) {
        Check.that(
                value.rank() > 0 && value.dimension(0) == steps,
                operation,
                () -> "a stacked tensor is " + value.type() + ", its outermost size must be " + steps
                        + ", the number of steps");
        return value.type().with(value.shape().without(List.of(0)));
    }

    @Override
    public Operation with(List<Value> operands, List<Block> regions) {
        return new Scan(
                steps,
                reversed,
                operands.subList(0, carries.size()),
                operands.subList(carries.size(), operands.size()),
                regions.getFirst());
    }
}
