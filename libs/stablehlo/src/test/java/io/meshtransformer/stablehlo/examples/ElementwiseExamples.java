package io.meshtransformer.stablehlo.examples;

import static io.meshtransformer.stablehlo.examples.Example.values;

import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.CompareType;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.Domain;
import io.meshtransformer.stablehlo.ir.Elementwise;
import io.meshtransformer.stablehlo.ir.UnaryFunction;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Functions of elements, conversions and comparisons. */
final class ElementwiseExamples {
    private static final Literal BITS = Literal.of(new int[] {0b1100, -8}, 2);
    private static final Literal OTHER_BITS = Literal.of(new int[] {0b1010, 2}, 2);

    private ElementwiseExamples() {}

    static List<Example> examples() {
        var examples = new ArrayList<Example>();
        for (var function : UnaryFunction.values()) {
            examples.add(unary(function));
        }
        for (var function : BinaryFunction.values()) {
            examples.add(
                    function.domain() == Domain.LOGICAL || function.domain() == Domain.INTEGER
                            ? onBits(function)
                            : onFloats(function));
        }
        for (var direction : ComparisonDirection.values()) {
            examples.add(compare(direction));
        }
        for (var from : ElementType.values()) {
            examples.add(convert(from));
        }
        examples.addAll(others());
        return examples;
    }

    private static Example unary(UnaryFunction function) {
        if (function == UnaryFunction.NOT) {
            return Example.of("not", List.of(BITS), (f, x) -> List.of(f.not(x.getFirst())), values(~0b1100, 7));
        }
        var inputs =
                switch (function) {
                    case LOG, LOG_PLUS_ONE, RSQRT, SQRT -> new float[] {0.25f, 1.5f, 7};
                    case IS_FINITE -> new float[] {0, Float.NaN, Float.NEGATIVE_INFINITY};
                    case ABS,
                            CEIL,
                            COSINE,
                            EXPONENTIAL,
                            EXPONENTIAL_MINUS_ONE,
                            FLOOR,
                            LOGISTIC,
                            NEGATE,
                            NOT,
                            ROUND_NEAREST_EVEN,
                            SIGN,
                            SINE,
                            TANH -> new float[] {-1.5f, 0.25f, 2.5f};
                };
        var expected = new double[inputs.length];
        Arrays.setAll(expected, i -> reference(function).applyAsDouble(inputs[i]));
        return Example.of(
                function.toString(),
                List.of(Literal.of(inputs, 3)),
                (f, x) -> List.of(f.value(new Elementwise.Unary(function, x.getFirst()))),
                expected);
    }

    private static DoubleUnaryOperator reference(UnaryFunction function) {
        return switch (function) {
            case ABS -> Math::abs;
            case CEIL -> Math::ceil;
            case COSINE -> Math::cos;
            case EXPONENTIAL -> Math::exp;
            case EXPONENTIAL_MINUS_ONE -> Math::expm1;
            case FLOOR -> Math::floor;
            case IS_FINITE -> x -> Double.isFinite(x) ? 1 : 0;
            case LOG -> Math::log;
            case LOG_PLUS_ONE -> Math::log1p;
            case LOGISTIC -> x -> 1 / (1 + Math.exp(-x));
            case NEGATE -> x -> -x;
            case NOT -> x -> ~(int) x;
            case ROUND_NEAREST_EVEN -> Math::rint;
            case RSQRT -> x -> 1 / Math.sqrt(x);
            case SIGN -> Math::signum;
            case SINE -> Math::sin;
            case SQRT -> Math::sqrt;
            case TANH -> Math::tanh;
        };
    }

    private static Example onFloats(BinaryFunction function) {
        var expected =
                switch (function) {
                    case ADD -> values(5.5, 1);
                    case DIVIDE -> values(1.75, -3);
                    case MAXIMUM -> values(3.5, 1.5);
                    case MINIMUM -> values(2, -0.5);
                    case MULTIPLY -> values(7, -0.75);
                    case POWER -> values(12.25, Math.pow(1.5, -0.5));
                    case REMAINDER -> values(1.5, 0);
                    case SUBTRACT -> values(1.5, 2);
                    case AND, OR, SHIFT_LEFT, SHIFT_RIGHT_ARITHMETIC, SHIFT_RIGHT_LOGICAL, XOR ->
                        throw new IllegalArgumentException(function + " is not for floats");
                };
        return Example.of(
                function.toString(),
                List.of(Literal.of(new float[] {3.5f, 1.5f}, 2), Literal.of(new float[] {2, -0.5f}, 2)),
                (f, x) -> List.of(f.value(new Elementwise.Binary(function, x.get(0), x.get(1)))),
                expected);
    }

    private static Example onBits(BinaryFunction function) {
        var expected =
                switch (function) {
                    case AND -> values(0b1000, 0);
                    case OR -> values(0b1110, -6);
                    case XOR -> values(0b0110, -6);
                    case SHIFT_LEFT -> values(12 << 10, -32);
                    case SHIFT_RIGHT_ARITHMETIC -> values(0, -2);
                    case SHIFT_RIGHT_LOGICAL -> values(0, -8 >>> 2);
                    case ADD, DIVIDE, MAXIMUM, MINIMUM, MULTIPLY, POWER, REMAINDER, SUBTRACT ->
                        throw new IllegalArgumentException(function + " is for floats too");
                };
        return Example.of(
                function.toString(),
                List.of(BITS, OTHER_BITS),
                (f, x) -> List.of(f.value(new Elementwise.Binary(function, x.get(0), x.get(1)))),
                expected);
    }

    private static Example compare(ComparisonDirection direction) {
        var expected =
                switch (direction) {
                    case EQ -> values(false, true, false, false);
                    case NE -> values(true, false, true, true);
                    case GE -> values(false, true, true, false);
                    case GT -> values(false, false, true, false);
                    case LE -> values(true, true, false, false);
                    case LT -> values(true, false, false, false);
                };
        return Example.of(
                "compare_" + direction,
                List.of(
                        Literal.of(new float[] {1, 2, 3, Float.NaN}, 4),
                        Literal.of(new float[] {2, 2, 2, Float.NaN}, 4)),
                (f, x) -> List.of(f.compare(x.get(0), x.get(1), direction)),
                expected);
    }

    /** To every type from one; 1 is a value of each. */
    private static Example convert(ElementType from) {
        var types = List.of(ElementType.values());
        return Example.of(
                "convert_" + from,
                List.of(Literal.splat(TensorType.of(from, 1), 1L)),
                (f, x) -> types.stream()
                        .map(type -> f.convert(x.getFirst(), type))
                        .toList(),
                types.stream().map(_ -> values(1)).toArray(double[][]::new));
    }

    private static List<Example> others() {
        return List.of(
                Example.of(
                        "compare_orders",
                        List.of(
                                Literal.of(new float[] {-0.0f, Float.NaN}, 2),
                                Literal.of(new float[] {0, 1}, 2),
                                Literal.of(new int[] {-1}, 1),
                                Literal.of(new int[] {1}, 1),
                                Literal.splat(TensorType.of(ElementType.UI32, 1), 0xffff_ffffL),
                                Literal.splat(TensorType.of(ElementType.UI32, 1), 1L),
                                Literal.of(new boolean[] {false}, 1),
                                Literal.of(new boolean[] {true}, 1)),
                        (f, x) -> List.of(
                                f.compare(x.get(0), x.get(1), ComparisonDirection.LT, CompareType.TOTALORDER),
                                f.compare(x.get(2), x.get(3), ComparisonDirection.LT),
                                f.compare(x.get(4), x.get(5), ComparisonDirection.LT),
                                f.compare(x.get(6), x.get(7), ComparisonDirection.LT)),
                        values(true, false),
                        values(true),
                        values(false),
                        values(true)),
                Example.of(
                        "select",
                        List.of(
                                Literal.of(new boolean[] {true, false}, 2),
                                Literal.of(new float[] {1, 2}, 2),
                                Literal.of(new float[] {3, 4}, 2),
                                Literal.of(new boolean[] {false})),
                        (f, x) ->
                                List.of(f.select(x.get(0), x.get(1), x.get(2)), f.select(x.get(3), x.get(1), x.get(2))),
                        values(1, 4),
                        values(3, 4)),
                Example.of(
                        "clamp",
                        List.of(Literal.of(new float[] {-2, 0.5f, 9}, 3), Literal.of(new float[] {0, 0, 8}, 3)),
                        (f, x) -> List.of(
                                f.clamp(f.scalar(ElementType.F32, -1), x.get(0), f.scalar(ElementType.F32, 1)),
                                f.clamp(x.get(1), x.get(0), f.scalar(ElementType.F32, 8.5))),
                        values(-1, 0.5, 1),
                        values(0, 0.5, 8.5)),
                Example.of(
                        "bitcast_convert",
                        List.of(Literal.of(new float[] {1, -2}, 2)),
                        (f, x) -> {
                            var halves = f.bitcastConvert(x.getFirst(), ElementType.BF16);
                            return List.of(
                                    f.bitcastConvert(x.getFirst(), ElementType.UI32),
                                    halves,
                                    f.bitcastConvert(halves, ElementType.F32));
                        },
                        values(0x3f80_0000L, 0xc000_0000L),
                        values(0, 1, 0, -2),
                        values(1, -2)));
    }
}
