package io.meshtransformer.stablehlo.gradient;

import static io.meshtransformer.stablehlo.ir.ComparisonDirection.EQ;
import static io.meshtransformer.stablehlo.ir.ComparisonDirection.GT;
import static io.meshtransformer.stablehlo.ir.ComparisonDirection.LT;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ProgramException.NoGradient;
import io.meshtransformer.stablehlo.ir.Elementwise;
import io.meshtransformer.stablehlo.ir.Value;
import java.util.stream.IntStream;

/** Elements at the same place: mostly the cotangent times the derivative. */
final class ElementwiseRules {
    private final Sweep sweep;
    private final BlockBuilder b;

    private ElementwiseRules(Sweep sweep) {
        this.sweep = sweep;
        this.b = sweep.block();
    }

    /**
     * @param y the result
     * @param g its cotangent
     */
    static void pass(Elementwise operation, Value y, Value g, Sweep sweep) {
        new ElementwiseRules(sweep).pass(operation, y, g);
    }

    private void pass(Elementwise operation, Value y, Value g) {
        switch (operation) {
            case Elementwise.Unary unary -> unary(unary, y, g);
            case Elementwise.Binary binary -> binary(binary, y, g);
            case Elementwise.Select select -> select(select, g);
            case Elementwise.Clamp clamp -> clamp(clamp, g);
            case Elementwise.Convert convert -> {
                var operand = convert.operand();
                sweep.give(operand, () -> b.convert(g, operand.elementType()));
            }
            case Elementwise.BitcastConvert convert -> {
                if (convert.operand().elementType() != convert.elementType()) {
                    throw new NoGradient(convert, "it reads bits as another type");
                }
                sweep.give(convert.operand(), () -> g);
            }
            case Elementwise.Compare compare -> throw notFloat(compare);
        }
    }

    private void unary(Elementwise.Unary unary, Value y, Value g) {
        var x = unary.operand();
        switch (unary.function()) {
            case ABS -> sweep.give(x, () -> b.multiply(g, b.sign(x)));
            case COSINE -> sweep.give(x, () -> b.negate(b.multiply(g, b.sine(x))));
            case EXPONENTIAL -> sweep.give(x, () -> b.multiply(g, y));
            case EXPONENTIAL_MINUS_ONE -> sweep.give(x, () -> b.multiply(g, b.add(y, number(y, 1))));
            case LOG -> sweep.give(x, () -> b.divide(g, x));
            case LOG_PLUS_ONE -> sweep.give(x, () -> b.divide(g, b.add(x, number(x, 1))));
            case LOGISTIC -> sweep.give(x, () -> b.multiply(g, b.multiply(y, b.subtract(number(y, 1), y))));
            case NEGATE -> sweep.give(x, () -> b.negate(g));
            case RSQRT -> sweep.give(x, () -> b.multiply(b.multiply(g, number(x, -0.5)), b.divide(y, x)));
            case SINE -> sweep.give(x, () -> b.multiply(g, b.cosine(x)));
            case SQRT -> sweep.give(x, () -> b.divide(b.multiply(g, number(x, 0.5)), y));
            // (1 + y)(1 - y) loses less than 1 - y^2 where y is near 1.
            case TANH ->
                sweep.give(x, () -> b.multiply(b.multiply(g, b.add(number(y, 1), y)), b.subtract(number(y, 1), y)));
            // Flat but for their steps.
            case CEIL, FLOOR, ROUND_NEAREST_EVEN, SIGN -> {}
            case IS_FINITE, NOT -> throw notFloat(unary);
        }
    }

    private void binary(Elementwise.Binary binary, Value y, Value g) {
        var left = binary.left();
        var right = binary.right();
        switch (binary.function()) {
            case ADD -> {
                sweep.give(left, () -> g);
                sweep.give(right, () -> g);
            }
            case SUBTRACT -> {
                sweep.give(left, () -> g);
                sweep.give(right, () -> b.negate(g));
            }
            case MULTIPLY -> {
                sweep.give(left, () -> b.multiply(g, right));
                sweep.give(right, () -> b.multiply(g, left));
            }
            case DIVIDE -> {
                sweep.give(left, () -> b.divide(g, right));
                sweep.give(right, () -> b.negate(b.divide(b.multiply(g, y), right)));
            }
            case MAXIMUM, MINIMUM -> {
                sweep.give(left, () -> b.multiply(g, share(left, right, y)));
                sweep.give(right, () -> b.multiply(g, share(right, left, y)));
            }
            case POWER -> {
                sweep.give(left, () -> b.multiply(g, powerByBase(left, right)));
                sweep.give(right, () -> b.multiply(g, powerByExponent(left, y)));
            }
            case REMAINDER -> {
                sweep.give(left, () -> g);
                sweep.give(right, () -> b.negate(b.multiply(g, wholePart(b.divide(left, right)))));
            }
            case AND, OR, SHIFT_LEFT, SHIFT_RIGHT_ARITHMETIC, SHIFT_RIGHT_LOGICAL, XOR -> throw notFloat(binary);
        }
    }

    /** 1 where the result is {@code one}, 0 where it is {@code other}, a half where they are equal. */
    private Value share(Value one, Value other, Value y) {
        var chosen = b.select(b.compare(one, y, EQ), number(y, 1), number(y, 0));
        return b.select(b.compare(one, other, EQ), number(y, 0.5), chosen);
    }

    /** {@code n x^(n-1)}, and 0 for n = 0, also at x = 0. */
    private Value powerByBase(Value x, Value n) {
        var isZero = b.compare(n, number(n, 0), EQ);
        var less = b.select(isZero, number(n, 1), b.subtract(n, number(n, 1)));
        return b.multiply(n, b.power(x, less));
    }

    /** {@code x^n ln x}, and 0 at x = 0. */
    private Value powerByExponent(Value x, Value y) {
        var isZero = b.compare(x, number(x, 0), EQ);
        return b.multiply(b.log(b.select(isZero, number(x, 1), x)), y);
    }

    private Value wholePart(Value x) {
        return b.multiply(b.sign(x), b.floor(b.abs(x)));
    }

    private void select(Elementwise.Select select, Value g) {
        var zeros = number(g, 0);
        sweep.give(select.onTrue(), () -> b.select(select.predicate(), g, zeros));
        sweep.give(select.onFalse(), () -> b.select(select.predicate(), zeros, g));
    }

    /** An operand that equals a bound has no derivative, as in JAX. */
    private void clamp(Elementwise.Clamp clamp, Value g) {
        var x = clamp.operand();
        var low = spread(clamp.minimum(), x);
        var high = spread(clamp.maximum(), x);
        sweep.give(x, () -> b.select(b.and(b.compare(x, low, GT), b.compare(x, high, LT)), g, number(g, 0)));
        sweep.give(clamp.minimum(), () -> gather(b.select(b.compare(x, low, LT), g, number(g, 0)), clamp.minimum()));
        sweep.give(clamp.maximum(), () -> gather(b.select(b.compare(x, high, GT), g, number(g, 0)), clamp.maximum()));
    }

    private Value spread(Value bound, Value like) {
        return bound.type().equals(like.type()) ? bound : b.broadcastInDim(bound, like.shape());
    }

    private Value gather(Value g, Value bound) {
        return bound.type().equals(g.type())
                ? g
                : b.sum(g, IntStream.range(0, g.rank()).toArray());
    }

    private Value number(Value like, double number) {
        return b.constant(like.type(), number);
    }

    private static IllegalStateException notFloat(Elementwise operation) {
        return new IllegalStateException("the result of " + operation.name() + " is no float, yet it has a cotangent");
    }
}
