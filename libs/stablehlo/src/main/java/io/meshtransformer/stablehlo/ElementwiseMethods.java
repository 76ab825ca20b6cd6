package io.meshtransformer.stablehlo;

import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.CompareType;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.Elementwise;
import io.meshtransformer.stablehlo.ir.UnaryFunction;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;

/** Operations on elements at the same place. Operands have one shape; nothing is broadcast unsaid. */
public interface ElementwiseMethods extends OperationAppender {
    default Value add(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.ADD, left, right));
    }

    default Value and(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.AND, left, right));
    }

    default Value divide(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.DIVIDE, left, right));
    }

    default Value maximum(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.MAXIMUM, left, right));
    }

    default Value minimum(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.MINIMUM, left, right));
    }

    default Value multiply(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.MULTIPLY, left, right));
    }

    default Value or(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.OR, left, right));
    }

    default Value power(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.POWER, left, right));
    }

    default Value remainder(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.REMAINDER, left, right));
    }

    default Value shiftLeft(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.SHIFT_LEFT, left, right));
    }

    default Value shiftRightArithmetic(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.SHIFT_RIGHT_ARITHMETIC, left, right));
    }

    default Value shiftRightLogical(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.SHIFT_RIGHT_LOGICAL, left, right));
    }

    default Value subtract(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.SUBTRACT, left, right));
    }

    default Value xor(Value left, Value right) {
        return value(new Elementwise.Binary(BinaryFunction.XOR, left, right));
    }

    default Value abs(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.ABS, operand));
    }

    default Value ceil(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.CEIL, operand));
    }

    default Value cosine(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.COSINE, operand));
    }

    default Value exponential(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.EXPONENTIAL, operand));
    }

    default Value exponentialMinusOne(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.EXPONENTIAL_MINUS_ONE, operand));
    }

    default Value floor(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.FLOOR, operand));
    }

    default Value isFinite(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.IS_FINITE, operand));
    }

    default Value log(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.LOG, operand));
    }

    default Value logPlusOne(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.LOG_PLUS_ONE, operand));
    }

    default Value logistic(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.LOGISTIC, operand));
    }

    default Value negate(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.NEGATE, operand));
    }

    default Value not(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.NOT, operand));
    }

    default Value roundNearestEven(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.ROUND_NEAREST_EVEN, operand));
    }

    default Value rsqrt(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.RSQRT, operand));
    }

    default Value sign(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.SIGN, operand));
    }

    default Value sine(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.SINE, operand));
    }

    default Value sqrt(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.SQRT, operand));
    }

    default Value tanh(Value operand) {
        return value(new Elementwise.Unary(UnaryFunction.TANH, operand));
    }

    /** Compares as is usual for the element type. */
    default Value compare(Value left, Value right, ComparisonDirection direction) {
        return compare(left, right, direction, CompareType.of(left.elementType()));
    }

    default Value compare(Value left, Value right, ComparisonDirection direction, CompareType compareType) {
        return value(new Elementwise.Compare(left, right, direction, compareType));
    }

    /** @param predicate a scalar, or of the shape of the others */
    default Value select(Value predicate, Value onTrue, Value onFalse) {
        return value(new Elementwise.Select(predicate, onTrue, onFalse));
    }

    /** Bounds are scalars, or of the operand's shape. */
    default Value clamp(Value minimum, Value operand, Value maximum) {
        return value(new Elementwise.Clamp(minimum, operand, maximum));
    }

    default Value convert(Value operand, ElementType elementType) {
        return value(new Elementwise.Convert(operand, elementType));
    }

    default Value bitcastConvert(Value operand, ElementType elementType) {
        return value(new Elementwise.BitcastConvert(operand, elementType));
    }
}
