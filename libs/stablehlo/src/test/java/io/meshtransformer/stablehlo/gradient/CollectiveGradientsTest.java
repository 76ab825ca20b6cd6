package io.meshtransformer.stablehlo.gradient;

import static io.meshtransformer.stablehlo.sharding.Axis.axis;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;
import static io.meshtransformer.stablehlo.type.ElementType.F64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ProgramException.NoGradient;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.ReplicaGroups;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Mesh;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CollectiveGradientsTest {
    private static final ReplicaGroups REPLICAS = ReplicaGroups.ofReplicas(List.of(List.of(0, 1)));
    private static final ReplicaGroups DEVICES = ReplicaGroups.ofDevices(List.of(List.of(0, 1)), 1);

    private final Random random = new Random(7);

    @Test
    void cotangentsGoTheWayBackBetweenDevices() {
        isTransposed((b, x) -> b.allReduce(BinaryFunction.ADD, x, REPLICAS));
        isTransposed((b, x) -> b.allReduce(BinaryFunction.ADD, x, DEVICES));
        isTransposed((b, x) -> b.allGather(x, 0, REPLICAS));
        isTransposed((b, x) -> b.allGather(x, 1, DEVICES));
        isTransposed((b, x) -> b.reduceScatter(BinaryFunction.ADD, x, 1, DEVICES));
        isTransposed((b, x) -> b.allToAll(x, 1, 0, REPLICAS));
        isTransposed((b, x) -> b.collectivePermute(x, List.of(List.of(0, 1))));
    }

    /**
     * These are linear: for all x and cotangents c, {@code <c, f(x)>} summed over devices is {@code <gradient(c), x>} summed
     * over devices. Each device has an x and a c of its own.
     */
    private void isTransposed(BiFunction<BlockBuilder, Value, Value> function) {
        var program = ProgramBuilder.program("p").replicas(2);
        var main = program.function("main");
        var x = ownPart(main, TensorType.of(F64, 2, 4));
        var y = function.apply(main, x);
        var cotangent = ownPart(main, y.type());
        var gradient = main.vjp(List.of(y), List.of(cotangent), List.of(x)).getFirst();
        main.result("forward", main.sum(main.multiply(y, cotangent), 0, 1))
                .result("backward", main.sum(main.multiply(gradient, x), 0, 1))
                .build();
        try (var compiled = Xla.compile(program.build())) {
            var results = compiled.run(List.of());
            assertThat(total(results, 1))
                    .isCloseTo(total(results, 0), within(1e-12))
                    .isNotZero();
        }
    }

    private static double total(List<List<double[]>> results, int place) {
        return results.stream().mapToDouble(device -> device.get(place)[0]).sum();
    }

    /** Random numbers, others on each replica. */
    private Value ownPart(BlockBuilder block, TensorType type) {
        var both = type.with(type.shape().stacked(2));
        var numbers = random.doubles(both.shape().elements(), -1, 1).toArray();
        return block.dynamicIndex(block.constant(Literal.of(both, numbers)), block.replicaId());
    }

    @Test
    void anExtremeOverDevicesIsRefused() {
        var main = ProgramBuilder.program("p").replicas(2).function("main");
        var x = main.argument("x", TensorType.of(F64, 2));
        var y = main.allReduce(BinaryFunction.MAXIMUM, x, REPLICAS);
        assertThatThrownBy(() -> main.vjp(List.of(y), List.of(x), List.of(x)))
                .isInstanceOf(NoGradient.class)
                .hasMessage("there is no gradient of all_reduce(tensor<2xf64>): its body must add");
    }

    /** In the forward loop, in the step that is run again, and backwards. */
    @Test
    void eachCollectiveHasAChannelOfItsOwn() {
        var program = ProgramBuilder.program("p").replicas(2);
        var main = program.function("main");
        var x = main.argument("x", TensorType.of(F64, 2));
        var y = main.scan(
                        3,
                        List.of(x),
                        List.of(),
                        (b, _, carries, _) ->
                                List.of(b.sine(b.allReduce(BinaryFunction.ADD, carries.getFirst(), DEVICES))))
                .getFirst();
        var gradient = main.gradients(main.sum(y, 0), List.of(x)).getFirst();
        main.result("gradient", gradient).build();
        var text = program.build().toMlir();
        var channels = IntStream.range(1, 20)
                .filter(channel -> text.contains("<handle = " + channel + ","))
                .count();
        assertThat(channels).isEqualTo(text.split("all_reduce", -1).length - 1).isEqualTo(3);
    }

    @Test
    void aCotangentLiesOnTheMeshAsItsValueDoes() {
        var program = ProgramBuilder.program("p", Mesh.of(axis("dp", 2)));
        var main = program.function("main");
        var x = main.argument("x", TensorType.of(F64, 4, 3));
        var laid = main.shardingConstraint(main.sine(x), Sharding.of(by("dp"), whole()));
        main.result("g", main.gradients(main.sum(laid, 0, 1), List.of(x)).getFirst())
                .build();
        assertThat(program.build().toMlir().split("<@mesh, \\[\\{\"dp\"}, \\{}]>"))
                .hasSize(3);
    }
}
