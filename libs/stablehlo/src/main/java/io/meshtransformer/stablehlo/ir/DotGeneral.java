package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Products of elements, summed over the contracted dimensions. The result's dimensions are batching, then those that
 * are left of the left operand, then of the right.
 *
 * @param resultElementType in which sums are kept and returned: F32 for BF16 operands loses nothing on the way
 */
public record DotGeneral(
        Value left, Value right, DotDimensions dimensions, Precision precision, ElementType resultElementType)
        implements Operation {
    @Override
    public String name() {
        return "dot_general";
    }

    @Override
    public List<Value> operands() {
        return List.of(left, right);
    }

    @Override
    public List<TensorType> resultTypes() {
        Check.that(
                left.elementType() == right.elementType(),
                this,
                () -> "the element types are " + left.elementType() + " and " + right.elementType()
                        + ", they must be equal");
        Check.that(
                resultElementType.isFloat() == left.elementType().isFloat(),
                this,
                () -> "the result's element type is " + resultElementType + ", which cannot hold sums of "
                        + left.elementType());
        var usedOfLeft = joined(dimensions.leftBatching(), dimensions.leftContracting());
        var usedOfRight = joined(dimensions.rightBatching(), dimensions.rightContracting());
        Check.dimensions(usedOfLeft, left.rank(), this, "batching and contracting dimensions of the left operand");
        Check.dimensions(usedOfRight, right.rank(), this, "batching and contracting dimensions of the right operand");
        checkPairs(dimensions.leftBatching(), dimensions.rightBatching(), "batching");
        checkPairs(dimensions.leftContracting(), dimensions.rightContracting(), "contracting");
        var sizes = new ArrayList<Long>();
        dimensions.leftBatching().forEach(dimension -> sizes.add(left.dimension(dimension)));
        sizes.addAll(left.shape().without(usedOfLeft).dimensions());
        sizes.addAll(right.shape().without(usedOfRight).dimensions());
        return List.of(new TensorType(resultElementType, new Shape(sizes)));
    }

    private void checkPairs(List<Integer> ofLeft, List<Integer> ofRight, String what) {
        Check.that(
                ofLeft.size() == ofRight.size(),
                this,
                () -> what + " dimensions are " + ofLeft + " and " + ofRight + ", they must be equally many");
        for (var i = 0; i < ofLeft.size(); i++) {
            var one = ofLeft.get(i);
            var other = ofRight.get(i);
            Check.that(
                    left.dimension(one) == right.dimension(other),
                    this,
                    () -> what + " dimension " + one + " of the left operand has size " + left.dimension(one)
                            + ", dimension " + other + " of the right has " + right.dimension(other));
        }
    }

    @Override
    public Operation with(List<Value> operands, List<Block> regions) {
        return new DotGeneral(operands.get(0), operands.get(1), dimensions, precision, resultElementType);
    }

    private static List<Integer> joined(List<Integer> left, List<Integer> right) {
        return Stream.concat(left.stream(), right.stream()).toList();
    }
}
