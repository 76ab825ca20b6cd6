package io.meshtransformer.stablehlo.examples;

import static io.meshtransformer.stablehlo.examples.Example.values;

import io.meshtransformer.stablehlo.FunctionBuilder;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;

/** One body over stacked tensors, in each of its forms. */
final class ScanExamples {
    private static final Literal CARRY = Literal.of(new float[] {1, 1}, 2);
    private static final Literal STACKED = Literal.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);

    private ScanExamples() {}

    static List<Example> examples() {
        return List.of(
                Example.of("scan", List.of(CARRY, STACKED), (f, x) -> runningSums(f, x, false), sums(false)),
                Example.of("scan_reversed", List.of(CARRY, STACKED), (f, x) -> runningSums(f, x, true), sums(true)),
                Example.of(
                        "scan_in_place",
                        List.of(CARRY, STACKED),
                        (f, x) -> f.scan(3, x, List.of(), (b, index, carries, _) -> {
                            var cache = carries.get(1);
                            var layer = b.add(b.dynamicIndex(cache, index), carries.get(0));
                            return List.of(layer, b.dynamicUpdateIndex(cache, layer, index));
                        }),
                        values(10, 13),
                        values(2, 3, 5, 7, 10, 13)),
                Example.of(
                        "scan_nested",
                        List.of(STACKED),
                        (f, x) -> f.scan(3, List.of(f.scalar(ElementType.F32, 0)), x, (b, _, outer, row) -> {
                            var sum = b.scan(
                                    2,
                                    outer,
                                    row,
                                    (inner, _, carries, element) ->
                                            List.of(inner.add(carries.getFirst(), element.getFirst())));
                            return List.of(sum.getFirst(), sum.getFirst());
                        }),
                        values(21),
                        values(3, 10, 21)),
                Example.of(
                        "scan_yields_alone",
                        List.of(STACKED),
                        (f, x) -> f.scan(
                                3,
                                List.of(),
                                x,
                                (b, index, _, row) -> List.of(
                                        b.sum(row.getFirst(), 0),
                                        b.isFinite(b.convert(index, ElementType.F32)),
                                        f.constant(TensorType.scalar(ElementType.I8), 4))),
                        values(3, 7, 11),
                        values(1, 1, 1),
                        values(4, 4, 4)));
    }

    private static List<Value> runningSums(FunctionBuilder f, List<Value> x, boolean reversed) {
        return f.scan(3, reversed, x.subList(0, 1), x.subList(1, 2), (b, index, carries, slices) -> {
            var next = b.add(carries.getFirst(), slices.getFirst());
            return List.of(next, next, index);
        });
    }

    private static double[][] sums(boolean reversed) {
        return new double[][] {
            values(10, 13), reversed ? values(10, 13, 9, 11, 6, 7) : values(2, 3, 5, 7, 10, 13), values(0, 1, 2)
        };
    }
}
