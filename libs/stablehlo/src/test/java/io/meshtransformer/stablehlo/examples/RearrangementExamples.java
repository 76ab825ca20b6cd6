package io.meshtransformer.stablehlo.examples;

import static io.meshtransformer.stablehlo.examples.Example.values;

import io.meshtransformer.stablehlo.FunctionBuilder;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.RngAlgorithm;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Constants of every type, and elements at other places. */
final class RearrangementExamples {
    private static final Literal MATRIX = Literal.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

    private RearrangementExamples() {}

    static List<Example> examples() {
        return List.of(
                constants(),
                floats(),
                manyElements(),
                Example.of(
                        "iota",
                        List.of(),
                        (f, _) -> List.of(
                                f.iota(TensorType.of(ElementType.I32, 2, 2), 0),
                                f.iota(TensorType.of(ElementType.BF16, 2, 2), 1)),
                        values(0, 0, 1, 1),
                        values(0, 1, 0, 1)),
                Example.of(
                        "broadcast_in_dim",
                        List.of(Literal.of(new float[] {1, 2}, 2, 1)),
                        (f, x) -> List.of(
                                f.broadcastInDim(x.getFirst(), Shape.of(2, 2), 0, 1),
                                f.broadcastInDim(x.getFirst(), Shape.of(1, 2), 1, 0),
                                f.broadcast(f.scalar(ElementType.F32, 7), 2)),
                        values(1, 1, 2, 2),
                        values(1, 2),
                        values(7, 7)),
                one("reshape", (f, x) -> f.reshape(x, 3, 2), 1, 2, 3, 4, 5, 6),
                one("transpose", (f, x) -> f.transpose(x, 1, 0), 1, 4, 2, 5, 3, 6),
                one("reverse", (f, x) -> f.reverse(x, 1), 3, 2, 1, 6, 5, 4),
                one("concatenate", (f, x) -> f.concatenate(1, x, x), 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6),
                one("slice", (f, x) -> f.slice(x, new long[] {1, 0}, new long[] {2, 3}, new long[] {1, 2}), 4, 6),
                one(
                        "pad",
                        (f, x) -> f.pad(
                                x, f.scalar(ElementType.F32, 9), new long[] {0, -1}, new long[] {1, 1}, new long[] {0, 1
                                }),
                        9,
                        2,
                        9,
                        3,
                        9,
                        9,
                        5,
                        9,
                        6,
                        9,
                        9,
                        9,
                        9,
                        9,
                        9),
                one("dynamic_slice", (f, x) -> f.dynamicSlice(x, indices(f, 1, 5), 1, 2), 5, 6),
                one(
                        "dynamic_update_slice",
                        (f, x) -> f.dynamicUpdateSlice(
                                x, f.constant(TensorType.of(ElementType.F32, 1, 2), 8), indices(f, 0, 1)),
                        1,
                        8,
                        8,
                        4,
                        5,
                        6),
                one(
                        "dynamic_index",
                        (f, x) -> f.dynamicUpdateIndex(
                                x, f.dynamicIndex(x, f.scalar(ElementType.I32, 1)), f.scalar(ElementType.I32, 0)),
                        4,
                        5,
                        6,
                        4,
                        5,
                        6),
                Example.of(
                        "rng_bit_generator",
                        List.of(Literal.ofBits(TensorType.of(ElementType.UI64, 2), 7, 1)),
                        (f, x) -> {
                            var type = TensorType.of(ElementType.UI32, 4);
                            var once = f.rngBitGenerator(x.getFirst(), RngAlgorithm.PHILOX, type);
                            var again = f.rngBitGenerator(x.getFirst(), RngAlgorithm.PHILOX, type);
                            var fry = f.rngBitGenerator(x.getFirst(), RngAlgorithm.THREE_FRY, type);
                            var any = f.rngBitGenerator(x.getFirst(), RngAlgorithm.DEFAULT, type);
                            return List.of(
                                    f.subtract(once.get(1), again.get(1)),
                                    f.subtract(fry.get(1), fry.get(1)),
                                    f.subtract(any.get(1), any.get(1)));
                        },
                        values(0, 0, 0, 0),
                        values(0, 0, 0, 0),
                        values(0, 0, 0, 0)));
    }

    /** One value of a type at every place, and several, for every type. */
    private static Example constants() {
        var types = List.of(ElementType.values());
        var expected = types.stream()
                .flatMap(_ -> IntStream.of(1, 2).mapToObj(i -> i == 1 ? values(1, 1) : values(0, 1, 1, 0)))
                .toArray(double[][]::new);
        return Example.of(
                "constant",
                List.of(),
                (f, _) -> types.stream()
                        .flatMap(type -> List.of(
                                f.constant(Literal.splat(TensorType.of(type, 2), 1L)),
                                f.constant(Literal.of(TensorType.of(type, 2, 2), new long[] {0, 1, 1, 0})))
                                .stream())
                        .toList(),
                expected);
    }

    /** Floats are read back bit by bit; what is read is compared as integers. */
    private static Example floats() {
        var bits = new long[] {
            0x0000_0001L,
            0x7f7f_ffffL,
            0x3dcc_cccdL,
            0x8000_0000L,
            0x7f80_0000L,
            0xff80_0000L,
            0x7fc0_0001L,
            0x3eaa_aaabL
        };
        var halves = new long[] {0x0001, 0x7f7f, 0x3dcd, 0x8000, 0x7f80, 0xff80, 0x7fc1, 0x3eab};
        return Example.of(
                "constant_floats",
                List.of(),
                (f, _) -> List.of(
                        f.bitcastConvert(
                                f.constant(Literal.ofBits(TensorType.of(ElementType.F32, 8), bits)), ElementType.UI32),
                        f.convert(
                                f.compare(
                                        f.constant(Literal.ofBits(TensorType.of(ElementType.BF16, 8), halves)),
                                        f.convert(
                                                f.constant(
                                                        Literal.ofBits(
                                                                TensorType.of(ElementType.F32, 8),
                                                                Arrays.stream(halves)
                                                                        .map(half -> half << 16)
                                                                        .toArray())),
                                                ElementType.BF16),
                                        ComparisonDirection.EQ),
                                ElementType.I32)),
                Arrays.stream(bits).asDoubleStream().toArray(),
                values(1, 1, 1, 1, 1, 1, 0, 1));
    }

    /** Enough to be written as one string of bytes. */
    private static Example manyElements() {
        var numbers = IntStream.range(-60, 60).mapToDouble(i -> i).toArray();
        var types = List.of(
                ElementType.I8, ElementType.I64, ElementType.BF16, ElementType.F16, ElementType.F32, ElementType.F64);
        return Example.of(
                "constant_many",
                List.of(),
                (f, _) -> types.stream()
                        .map(type -> f.constant(Literal.of(TensorType.of(type, 120), numbers)))
                        .toList(),
                types.stream().map(_ -> numbers).toArray(double[][]::new));
    }

    private interface Rearranging {
        Value build(FunctionBuilder function, Value matrix);
    }

    private static Example one(String name, Rearranging rearranging, double... expected) {
        return Example.of(name, List.of(MATRIX), (f, x) -> List.of(rearranging.build(f, x.getFirst())), expected);
    }

    private static List<Value> indices(FunctionBuilder function, long... indices) {
        return Arrays.stream(indices)
                .mapToObj(index -> function.scalar(ElementType.I32, index))
                .toList();
    }
}
