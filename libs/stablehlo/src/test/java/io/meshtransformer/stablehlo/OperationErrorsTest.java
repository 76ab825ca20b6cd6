package io.meshtransformer.stablehlo;

import static io.meshtransformer.stablehlo.type.ElementType.BF16;
import static io.meshtransformer.stablehlo.type.ElementType.F32;
import static io.meshtransformer.stablehlo.type.ElementType.I1;
import static io.meshtransformer.stablehlo.type.ElementType.I32;
import static io.meshtransformer.stablehlo.type.ElementType.UI32;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.stablehlo.ProgramException.InvalidOperation;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.CompareType;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.DotDimensions;
import io.meshtransformer.stablehlo.ir.GatherDimensions;
import io.meshtransformer.stablehlo.ir.Precision;
import io.meshtransformer.stablehlo.ir.Reduction;
import io.meshtransformer.stablehlo.ir.ReplicaGroups;
import io.meshtransformer.stablehlo.ir.RngAlgorithm;
import io.meshtransformer.stablehlo.ir.ScatterDimensions;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every operation says what it was given, what does not fit, and with which numbers. */
class OperationErrorsTest {
    private final FunctionBuilder f = ProgramBuilder.program("errors").function("main");
    private final Value x = f.argument("x", TensorType.of(F32, 2, 3));
    private final Value y = f.argument("y", TensorType.of(F32, 3, 2));
    private final Value v = f.argument("v", TensorType.of(F32, 3));
    private final Value n = f.argument("n", TensorType.of(I32, 2, 3));
    private final Value u = f.argument("u", TensorType.of(UI32, 2));
    private final Value i = f.argument("i", TensorType.scalar(I32));
    private final Value p = f.argument("p", TensorType.of(I1, 2));
    private final Value s = f.argument("s", TensorType.scalar(F32));
    private final ReplicaGroups both = ReplicaGroups.ofReplicas(List.of(List.of(0, 1)));

    @TestFactory
    Stream<DynamicTest> names() {
        return Stream.of(
                error(
                        "add(tensor<2x3xf32>, tensor<3x2xf32>): both operands must have the same shape and type",
                        () -> f.add(x, y)),
                error(
                        "subtract(tensor<2xi1>, tensor<2xi1>): the element type is i1, it must be an integer or float type",
                        () -> f.subtract(p, p)),
                error(
                        "and(tensor<3xf32>, tensor<3xf32>): the element type is f32, it must be i1 or an integer type",
                        () -> f.and(v, v)),
                error(
                        "shift_left(tensor<2xi1>, tensor<2xi1>): the element type is i1, it must be an integer type",
                        () -> f.shiftLeft(p, p)),
                error("tanh(tensor<2x3xi32>): the element type is i32, it must be a float type", () -> f.tanh(n)),
                error(
                        "abs(tensor<2xui32>): the element type is ui32, it must be a signed integer or float type",
                        () -> f.abs(u)),
                error(
                        "compare(tensor<2x3xf32>, tensor<2x3xi32>): both operands must have the same shape and type",
                        () -> f.compare(x, n, ComparisonDirection.LT)),
                error(
                        "compare(tensor<2x3xf32>, tensor<2x3xf32>): compare type SIGNED is not for f32, FLOAT is",
                        () -> f.compare(x, x, ComparisonDirection.LT, CompareType.SIGNED)),
                error(
                        "select(tensor<2xi1>, tensor<3xf32>, tensor<3xf32>): the predicate's shape is [2], it must be [] or [3]",
                        () -> f.select(p, v, v)),
                error(
                        "select(tensor<i32>, tensor<3xf32>, tensor<3xf32>): the predicate's element type is i32, it must be i1",
                        () -> f.select(i, v, v)),
                error(
                        "clamp(tensor<i32>, tensor<3xf32>, tensor<f32>): a bound's element type is i32, it must be f32",
                        () -> f.clamp(i, v, s)),
                error(
                        "bitcast_convert(tensor<3xf32>): there are no bits of f32 to read as i1",
                        () -> f.bitcastConvert(v, I1)),
                error(
                        "dot_general(tensor<2x3xf32>, tensor<2x3xf32>): contracting dimension 1 of the left operand has size 3, dimension 0 of the right has 2",
                        () -> f.matmul(x, x)),
                error(
                        "dot_general(tensor<2x3xf32>, tensor<2x3xi32>): the element types are f32 and i32, they must be equal",
                        () -> f.matmul(x, n)),
                error(
                        "dot_general(tensor<2x3xf32>, tensor<3x2xf32>): batching dimension 0 of the left operand has size 2, dimension 0 of the right has 3",
                        () -> f.dotGeneral(x, y, DotDimensions.contracting(1, 1).batching(List.of(0), List.of(0)))),
                error(
                        "dot_general(tensor<2x3xf32>, tensor<3x2xf32>): the result's element type is i32, which cannot hold sums of f32",
                        () -> f.dotGeneral(x, y, DotDimensions.contracting(1, 0), Precision.DEFAULT, I32)),
                error(
                        "broadcast_in_dim(tensor<3xf32>): dimension 0 has size 3, it must be 1 or the size of dimension 1 of [3x2]",
                        () -> f.broadcast(v, 3, 2)),
                error(
                        "broadcast_in_dim(tensor<3xf32>): broadcast dimensions number 2, there must be 1",
                        () -> f.broadcastInDim(v, Shape.of(3, 3), 0, 1)),
                error("reshape(tensor<2x3xf32>): [2x3] has 6 elements, [4] has 4", () -> f.reshape(x, 4)),
                error(
                        "transpose(tensor<2x3xf32>): dimensions of the permutation are [0, 0], none may be named twice",
                        () -> f.transpose(x, 0, 0)),
                error("reverse(tensor<3xf32>): dimensions are [1], each must be from 0 to 0", () -> f.reverse(v, 1)),
                error(
                        "concatenate(tensor<2x3xf32>, tensor<3x2xf32>): operands may differ in the size of dimension 0 alone",
                        () -> f.concatenate(0, x, y)),
                error(
                        "pad(tensor<3xf32>, tensor<i32>): the type of the padding value is tensor<i32>, it must be tensor<f32>",
                        () -> f.pad(v, i, new long[1], new long[1], new long[1])),
                error(
                        "pad(tensor<3xf32>, tensor<f32>): dimension 0 would have size -1",
                        () -> f.pad(v, s, new long[] {-4}, new long[1], new long[1])),
                error(
                        "slice(tensor<3xf32>): dimension 0 is cut from 1 to 4, it has places from 0 to 3",
                        () -> f.slice(v, 0, 1, 4)),
                error(
                        "dynamic_slice(tensor<3xf32>, tensor<f32>): start indices must be integer scalars of one type",
                        () -> f.dynamicSlice(v, List.of(s), 1)),
                error(
                        "dynamic_slice(tensor<3xf32>, tensor<i32>): the slice [4] is larger than [3] in dimension 0",
                        () -> f.dynamicSlice(v, List.of(i), 4)),
                error(
                        "dynamic_update_slice(tensor<2x3xf32>, tensor<3x2xf32>, tensor<i32>, tensor<i32>): the update [3x2] is larger than [2x3] in dimension 0",
                        () -> f.dynamicUpdateSlice(x, y, List.of(i, i))),
                error(
                        "iota(): the dimension of tensor<2xf32> is 1, it must be from 0 to 0",
                        () -> f.iota(TensorType.of(F32, 2), 1)),
                error(
                        "rng_bit_generator(tensor<2xui32>): the state of THREE_FRY must be tensor<2xui64>",
                        () -> f.rngBitGenerator(u, RngAlgorithm.THREE_FRY, TensorType.of(UI32, 2))),
                error(
                        "reduce(tensor<2x3xf32>, tensor<f32>): dimensions are [2], each must be from 0 to 1",
                        () -> f.sum(x, 2)),
                error(
                        "reduce(tensor<2x3xf32>, tensor<i32>): the initial values' types is [tensor<i32>], it must be [tensor<f32>]",
                        () -> f.reduce(List.of(x), List.of(i), (_, pair) -> pair.subList(0, 1), 0)),
                error(
                        "reduce(tensor<3xf32>, tensor<f32>): the body returns [tensor<f32>, tensor<f32>], it must return [tensor<f32>]",
                        () -> f.reduce(List.of(v), List.of(s), (_, pair) -> pair, 0)),
                error(
                        "sort(tensor<3xf32>): the comparator returns [tensor<f32>], it must return [tensor<i1>]",
                        () -> f.sort(List.of(v), 0, true, (_, pair) -> pair.subList(0, 1))),
                error(
                        "gather(tensor<2x3xf32>, tensor<3xf32>): the indices' element type is f32, it must be an integer type",
                        () -> f.take(x, v)),
                error(
                        "gather(tensor<2x3xf32>, tensor<2x3xi32>): an index has 3 coordinates, 1 are mapped to dimensions",
                        () -> f.gather(
                                x,
                                n,
                                new GatherDimensions(List.of(1), List.of(0), List.of(), List.of(), List.of(0), 1),
                                Shape.of(1, 3),
                                false)),
                error(
                        "scatter(tensor<3xf32>, tensor<i32>, tensor<3xf32>): dimensions of the updates number 1, there must be 0",
                        () -> f.scatter(
                                BinaryFunction.ADD,
                                v,
                                i,
                                v,
                                new ScatterDimensions(List.of(), List.of(0), List.of(), List.of(), List.of(0), 0))),
                error(
                        "while(tensor<i32>): the condition returns [tensor<i32>], it must return [tensor<i1>]",
                        () -> f.whileLoop(List.of(i), (_, a) -> a, (_, a) -> a)),
                error(
                        "while(tensor<i32>): the body returns [tensor<3xf32>], it must return [tensor<i32>]",
                        () -> f.whileLoop(
                                List.of(i),
                                (b, a) -> List.of(b.compare(a.getFirst(), i, ComparisonDirection.LT)),
                                (_, _) -> List.of(v))),
                error(
                        "if(tensor<2xi1>): the predicate's type is tensor<2xi1>, it must be tensor<i1>",
                        () -> f.ifElse(p, _ -> List.of(v), _ -> List.of(v))),
                error(
                        "case(tensor<i32>): branch 1 returns [tensor<2x3xf32>], it must return [tensor<3xf32>]",
                        () -> f.caseOf(i, List.of(_ -> List.of(v), _ -> List.of(x)))),
                error(
                        "scan(tensor<3xf32>, tensor<2x3xf32>): a stacked tensor is tensor<2x3xf32>, its outermost size must be 4, the number of steps",
                        () -> f.scan(4, List.of(v), List.of(x), (_, _, carries, _) -> carries)),
                error(
                        "scan(tensor<3xf32>): the body returns [tensor<i32>], it must return the carries [tensor<3xf32>] first",
                        () -> f.scan(2, List.of(v), List.of(), (_, index, _, _) -> List.of(index))),
                error(
                        "all_reduce(tensor<3xf32>): groups are [[0], [1, 2]], they must be equally long and name nobody twice",
                        () -> f.allReduce(
                                BinaryFunction.ADD, v, ReplicaGroups.ofReplicas(List.of(List.of(0), List.of(1, 2))))),
                error(
                        "all_gather(tensor<3xf32>): the dimension is 1, it must be from 0 to 0",
                        () -> f.allGather(v, 1, both)),
                error(
                        "reduce_scatter(tensor<3xf32>): dimension 0 has size 3, which cannot be cut into 2 equal parts",
                        () -> f.reduceScatter(BinaryFunction.ADD, v, 0, both)),
                error(
                        "all_to_all(tensor<3xf32>): dimension 0 has size 3, which cannot be cut into 2 equal parts",
                        () -> f.allToAll(v, 0, 0, both)),
                error(
                        "collective_permute(tensor<3xf32>): pairs are [[0, 1], [0, 2]], each must be a source and a target, none named twice",
                        () -> f.collectivePermute(v, List.of(List.of(0, 1), List.of(0, 2)))),
                error(
                        "reduce(tensor<3xf32>, tensor<f32>): its block uses argument : tensor<f32> from around it, it may use its arguments alone",
                        () -> f.append(new Reduction.Reduce(
                                List.of(v),
                                List.of(s),
                                List.of(0),
                                f.block(List.of(s.type(), s.type()), true, (_, _) -> List.of(s))))));
    }

    /** A value of another function, or of a block that is done, is not to be seen. */
    @TestFactory
    Stream<DynamicTest> scopes() {
        var other = ProgramBuilder.program("other").function("main");
        var foreign = other.argument("x", TensorType.of(BF16, 1));
        return Stream.of(
                error(
                        "negate(tensor<1xbf16>): the value argument : tensor<1xbf16> is not defined in this block or one that it may use values of",
                        () -> f.negate(foreign)),
                error(
                        "add(tensor<f32>, tensor<f32>): the value argument : tensor<f32> is not defined in this block or one that it may use values of",
                        () -> f.reduce(List.of(v), List.of(s), (b, pair) -> List.of(b.add(pair.getFirst(), s)), 0)));
    }

    private static DynamicTest error(String message, Supplier<Object> statement) {
        ThrowingCallable call = statement::get;
        return DynamicTest.dynamicTest(message, () -> assertThatThrownBy(call)
                .isInstanceOf(InvalidOperation.class)
                .hasMessage(message));
    }
}
