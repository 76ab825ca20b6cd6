package io.meshtransformer.stablehlo.ir;

import static io.meshtransformer.stablehlo.type.ElementType.I1;

import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Operations whose every result element depends on the operands' elements at the same place. */
public sealed interface Elementwise extends Operation {

    record Unary(UnaryFunction function, Value operand) implements Elementwise {
        @Override
        public String name() {
            return function.toString();
        }

        @Override
        public List<Value> operands() {
            return List.of(operand);
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.that(
                    function.domain().contains(operand.elementType()),
                    this,
                    () -> "the element type is " + operand.elementType() + ", it must be " + function.domain());
            return List.of(function == UnaryFunction.IS_FINITE ? operand.type().with(I1) : operand.type());
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Unary(function, operands.getFirst());
        }
    }

    record Binary(BinaryFunction function, Value left, Value right) implements Elementwise {
        @Override
        public String name() {
            return function.toString();
        }

        @Override
        public List<Value> operands() {
            return List.of(left, right);
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.that(left.type().equals(right.type()), this, () -> "both operands must have the same shape and type");
            Check.that(
                    function.domain().contains(left.elementType()),
                    this,
                    () -> "the element type is " + left.elementType() + ", it must be " + function.domain());
            return List.of(left.type());
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Binary(function, operands.get(0), operands.get(1));
        }
    }

    /** @param compareType how floats are ordered, and whether integers have a sign */
    record Compare(Value left, Value right, ComparisonDirection direction, CompareType compareType)
            implements Elementwise {
        @Override
        public String name() {
            return "compare";
        }

        @Override
        public List<Value> operands() {
            return List.of(left, right);
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.that(left.type().equals(right.type()), this, () -> "both operands must have the same shape and type");
            Check.that(
                    compareType.takes(left.elementType()),
                    this,
                    () -> "compare type " + compareType + " is not for " + left.elementType() + ", "
                            + CompareType.of(left.elementType()) + " is");
            return List.of(left.type().with(I1));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Compare(operands.get(0), operands.get(1), direction, compareType);
        }
    }

    /** @param predicate a scalar, or of the shape of the others */
    record Select(Value predicate, Value onTrue, Value onFalse) implements Elementwise {
        @Override
        public String name() {
            return "select";
        }

        @Override
        public List<Value> operands() {
            return List.of(predicate, onTrue, onFalse);
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.that(
                    onTrue.type().equals(onFalse.type()), this, () -> "both choices must have the same shape and type");
            Check.equal(predicate.elementType(), I1, this, "the predicate's element type");
            Check.that(
                    predicate.type().isScalar() || predicate.shape().equals(onTrue.shape()),
                    this,
                    () -> "the predicate's shape is " + predicate.shape() + ", it must be [] or " + onTrue.shape());
            return List.of(onTrue.type());
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Select(operands.get(0), operands.get(1), operands.get(2));
        }
    }

    /** Bounds are scalars, or of the operand's shape. */
    record Clamp(Value minimum, Value operand, Value maximum) implements Elementwise {
        @Override
        public String name() {
            return "clamp";
        }

        @Override
        public List<Value> operands() {
            return List.of(minimum, operand, maximum);
        }

        @Override
        public List<TensorType> resultTypes() {
            for (var bound : List.of(minimum, maximum)) {
                Check.equal(bound.elementType(), operand.elementType(), this, "a bound's element type");
                Check.that(
                        bound.type().isScalar() || bound.shape().equals(operand.shape()),
                        this,
                        () -> "a bound's shape is " + bound.shape() + ", it must be [] or " + operand.shape());
            }
            return List.of(operand.type());
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Clamp(operands.get(0), operands.get(1), operands.get(2));
        }
    }

    record Convert(Value operand, ElementType elementType) implements Elementwise {
        @Override
        public String name() {
            return "convert";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand);
        }

        @Override
        public List<TensorType> resultTypes() {
            return List.of(operand.type().with(elementType));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Convert(operands.getFirst(), elementType);
        }
    }

    /**
     * The same bits as another type. From wide to narrow, a new innermost dimension holds the parts of an element, the
     * lowest first; from narrow to wide, the innermost dimension is joined.
     */
    record BitcastConvert(Value operand, ElementType elementType) implements Elementwise {
        @Override
        public String name() {
            return "bitcast_convert";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand);
        }

        @Override
        public List<TensorType> resultTypes() {
            var from = operand.elementType().bits();
            var to = elementType.bits();
            Check.that(
                    operand.elementType() != I1 && elementType != I1 || from == to,
                    this,
                    () -> "there are no bits of " + operand.elementType() + " to read as " + elementType);
            var sizes = new ArrayList<>(operand.shape().dimensions());
            if (from > to) {
                sizes.add((long) from / to);
            } else if (from < to) {
                Check.that(
                        !sizes.isEmpty() && sizes.getLast() == to / from,
                        this,
                        () -> "the innermost dimension must be " + to / from + " to make one " + elementType);
                sizes.removeLast();
            }
            return List.of(new TensorType(elementType, new Shape(sizes)));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new BitcastConvert(operands.getFirst(), elementType);
        }
    }
}
