package io.meshtransformer.stablehlo.gradient;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.DotDimensions;
import io.meshtransformer.stablehlo.ir.DotGeneral;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The cotangent contracted with the other operand, over what that one has alone. Where result and operands differ in
 * their element type, the product is computed in the wider one, with the forward's precision, and rounded to the
 * operand's, as JAX does.
 */
final class DotGeneralRule {
    private final BlockBuilder b;
    private final DotGeneral dot;
    private final Value g;
    private final ElementType wide;
    private final List<Integer> leftKept;
    private final List<Integer> rightKept;

    private DotGeneralRule(DotGeneral dot, Value g, BlockBuilder b) {
        this.b = b;
        this.dot = dot;
        this.g = g;
        this.wide = wider(dot.left().elementType(), dot.resultElementType());
        var dimensions = dot.dimensions();
        this.leftKept = kept(dot.left(), dimensions.leftBatching(), dimensions.leftContracting());
        this.rightKept = kept(dot.right(), dimensions.rightBatching(), dimensions.rightContracting());
    }

    static void pass(DotGeneral dot, Value g, Sweep sweep) {
        var rule = new DotGeneralRule(dot, g, sweep.block());
        sweep.give(dot.left(), rule::left);
        sweep.give(dot.right(), rule::right);
    }

    /** {@code g} is {@code [batch, left's own, right's own]}, the product {@code [batch, left's own, contracted]}. */
    private Value left() {
        var dimensions = dot.dimensions();
        var batch = dimensions.leftBatching().size();
        var product = product(
                g,
                dot.right(),
                new DotDimensions(
                        range(0, batch),
                        dimensions.rightBatching(),
                        range(batch + leftKept.size(), g.rank()),
                        rightKept));
        var places = new ArrayList<>(dimensions.leftBatching());
        places.addAll(leftKept);
        places.addAll(partners(dimensions.rightContracting(), dimensions.leftContracting()));
        return arranged(product, places, dot.left());
    }

    /** With the left operand in front, the product is {@code [batch, contracted, right's own]}. */
    private Value right() {
        var dimensions = dot.dimensions();
        var batch = dimensions.leftBatching().size();
        var product = product(
                dot.left(),
                g,
                new DotDimensions(
                        dimensions.leftBatching(), range(0, batch), leftKept, range(batch, batch + leftKept.size())));
        var places = new ArrayList<>(dimensions.rightBatching());
        places.addAll(partners(dimensions.leftContracting(), dimensions.rightContracting()));
        places.addAll(rightKept);
        return arranged(product, places, dot.right());
    }

    private Value product(Value left, Value right, DotDimensions dimensions) {
        return b.dotGeneral(as(wide, left), as(wide, right), dimensions, dot.precision(), wide);
    }

    /** @param places where each dimension of the product lies in the operand */
    private Value arranged(Value product, List<Integer> places, Value operand) {
        var permutation = IntStream.range(0, places.size()).map(places::indexOf).toArray();
        var inOrder = places.equals(range(0, places.size())) ? product : b.transpose(product, permutation);
        return as(operand.elementType(), inOrder);
    }

    private Value as(ElementType type, Value value) {
        return value.elementType() == type ? value : b.convert(value, type);
    }

    /** A product keeps dimensions in ascending order; these are the other operand's that were contracted with them. */
    private static List<Integer> partners(List<Integer> contracted, List<Integer> others) {
        return contracted.stream()
                .sorted()
                .map(dimension -> others.get(contracted.indexOf(dimension)))
                .toList();
    }

    private static List<Integer> kept(Value operand, List<Integer> batching, List<Integer> contracting) {
        return range(0, operand.rank()).stream()
                .filter(dimension -> !batching.contains(dimension) && !contracting.contains(dimension))
                .toList();
    }

    private static ElementType wider(ElementType one, ElementType other) {
        if (one.bits() == other.bits()) {
            return one == other ? one : ElementType.F32;
        }
        return one.bits() > other.bits() ? one : other;
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }
}
