package io.meshtransformer.stablehlo.examples;

import static io.meshtransformer.stablehlo.examples.Example.values;

import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.DotDimensions;
import io.meshtransformer.stablehlo.ir.GatherDimensions;
import io.meshtransformer.stablehlo.ir.Precision;
import io.meshtransformer.stablehlo.ir.ScatterDimensions;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;

/** Products, reductions, sorting, reading and writing by indices. */
final class ContractionExamples {
    private static final Literal MATRIX = Literal.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

    private ContractionExamples() {}

    static List<Example> examples() {
        return List.of(
                Example.of(
                        "dot_general",
                        List.of(MATRIX, Literal.of(new float[] {1, 0, 0, 1, 1, 1}, 3, 2)),
                        (f, x) -> {
                            var left = f.convert(x.get(0), ElementType.BF16);
                            var right = f.convert(x.get(1), ElementType.BF16);
                            return List.of(
                                    f.matmul(x.get(0), x.get(1)),
                                    f.dotGeneral(
                                            left,
                                            right,
                                            DotDimensions.contracting(1, 0),
                                            Precision.HIGHEST,
                                            ElementType.F32));
                        },
                        values(4, 5, 10, 11),
                        values(4, 5, 10, 11)),
                Example.of(
                        "dot_general_batching",
                        List.of(MATRIX),
                        (f, x) -> List.of(f.dotGeneral(
                                x.getFirst(),
                                x.getFirst(),
                                DotDimensions.contracting(1, 1).batching(List.of(0), List.of(0)))),
                        values(14, 77)),
                reduce(),
                Example.of(
                        "reduce_body",
                        List.of(MATRIX),
                        (f, x) -> f.reduce(
                                List.of(x.getFirst(), f.iota(TensorType.of(ElementType.I32, 2, 3), 1)),
                                List.of(f.scalar(ElementType.F32, -1), f.scalar(ElementType.I32, 0)),
                                (b, pair) -> {
                                    var larger = b.compare(pair.get(0), pair.get(2), ComparisonDirection.GE);
                                    return List.of(
                                            b.select(larger, pair.get(0), pair.get(2)),
                                            b.select(larger, pair.get(1), pair.get(3)));
                                },
                                1),
                        values(3, 6),
                        values(2, 2)),
                Example.of(
                        "softmax",
                        List.of(Literal.of(new float[] {0, (float) Math.log(3)}, 1, 2)),
                        (f, x) -> List.of(f.softmax(x.getFirst(), 1), f.mean(x.getFirst(), 0, 1)),
                        values(0.25, 0.75),
                        values(Math.log(3) / 2)),
                Example.of(
                        "sort",
                        List.of(Literal.of(new float[] {2, 3, 1, 3}, 4)),
                        (f, x) -> {
                            var sorted = f.sort(
                                    List.of(x.getFirst()),
                                    0,
                                    true,
                                    (b, pair) -> List.of(b.compare(pair.get(0), pair.get(1), ComparisonDirection.LT)));
                            var top = f.topK(x.getFirst(), 3);
                            return List.of(sorted.getFirst(), top.get(0), top.get(1));
                        },
                        values(1, 2, 3, 3),
                        values(3, 3, 2),
                        values(1, 3, 0)),
                Example.of(
                        "gather",
                        List.of(MATRIX, Literal.of(new int[] {1, 0, 7}, 3)),
                        (f, x) -> List.of(f.take(x.get(0), x.get(1))),
                        values(4, 5, 6, 1, 2, 3, 4, 5, 6)),
                Example.of(
                        "gather_batching",
                        List.of(MATRIX, Literal.of(new int[] {2, 0}, 2, 1)),
                        (f, x) -> List.of(f.gather(
                                x.get(0),
                                x.get(1),
                                new GatherDimensions(List.of(), List.of(1), List.of(0), List.of(0), List.of(1), 1),
                                Shape.of(1, 1),
                                false)),
                        values(3, 4)),
                Example.of(
                        "scatter",
                        List.of(
                                MATRIX,
                                Literal.of(new int[] {1, 1}, 2, 1),
                                Literal.of(new float[] {1, 1, 1, 10, 10, 10}, 2, 3)),
                        (f, x) -> {
                            var rows =
                                    new ScatterDimensions(List.of(1), List.of(0), List.of(), List.of(), List.of(0), 1);
                            return List.of(
                                    f.scatter(BinaryFunction.ADD, x.get(0), x.get(1), x.get(2), rows),
                                    f.scatter(
                                                    List.of(x.get(0)),
                                                    f.slice(x.get(1), 0, 0, 1),
                                                    List.of(f.slice(x.get(2), 0, 0, 1)),
                                                    rows,
                                                    true,
                                                    true,
                                                    (_, pair) -> List.of(pair.get(1)))
                                            .getFirst());
                        },
                        values(1, 2, 3, 15, 16, 17),
                        values(1, 2, 3, 1, 1, 1)),
                Example.of(
                        "scatter_batching",
                        List.of(MATRIX, Literal.of(new int[] {2, 0}, 2, 1), Literal.of(new float[] {10, 20}, 2)),
                        (f, x) -> List.of(f.scatter(
                                BinaryFunction.ADD,
                                x.get(0),
                                x.get(1),
                                x.get(2),
                                new ScatterDimensions(List.of(), List.of(1), List.of(0), List.of(0), List.of(1), 1))),
                        values(1, 2, 13, 24, 5, 6)));
    }

    /** Every function that has an identity, on numbers, integers and truth values. */
    private static Example reduce() {
        return Example.of(
                "reduce",
                List.of(
                        MATRIX,
                        Literal.of(new int[] {6, 3}, 2),
                        Literal.of(new boolean[] {true, false}, 2),
                        Literal.of(TensorType.of(ElementType.UI8, 2), 200L, 100L)),
                (f, x) -> List.of(
                        f.reduce(BinaryFunction.ADD, x.get(0), 0),
                        f.reduce(BinaryFunction.MULTIPLY, x.get(0), 1),
                        f.reduce(BinaryFunction.MAXIMUM, x.get(0), 0, 1),
                        f.reduce(BinaryFunction.MINIMUM, x.get(0), 1),
                        f.reduce(BinaryFunction.MAXIMUM, x.get(1), 0),
                        f.reduce(BinaryFunction.MINIMUM, x.get(1), 0),
                        f.reduce(BinaryFunction.AND, x.get(1), 0),
                        f.reduce(BinaryFunction.OR, x.get(1), 0),
                        f.reduce(BinaryFunction.XOR, x.get(1), 0),
                        f.reduce(BinaryFunction.AND, x.get(2), 0),
                        f.reduce(BinaryFunction.OR, x.get(2), 0),
                        f.reduce(BinaryFunction.MINIMUM, x.get(3), 0),
                        f.reduce(BinaryFunction.MAXIMUM, x.get(3), 0)),
                values(5, 7, 9),
                values(6, 120),
                values(6),
                values(1, 4),
                values(6),
                values(3),
                values(2),
                values(7),
                values(5),
                values(false),
                values(true),
                values(100),
                values(200));
    }
}
