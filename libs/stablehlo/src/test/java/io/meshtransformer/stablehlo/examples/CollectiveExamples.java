package io.meshtransformer.stablehlo.examples;

import static io.meshtransformer.stablehlo.examples.Example.values;
import static io.meshtransformer.stablehlo.sharding.Axis.axis;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.open;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;

import io.meshtransformer.stablehlo.FunctionBuilder;
import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.ReplicaGroups;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Mesh;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import java.util.List;

/** Two replicas that talk, and tensors on a mesh of two partitions. */
final class CollectiveExamples {
    private static final ReplicaGroups BOTH = ReplicaGroups.ofReplicas(List.of(List.of(0, 1)));
    private static final Literal PAIR = Literal.of(new float[] {1, 2}, 2);

    private CollectiveExamples() {}

    static List<Example> examples() {
        return List.of(
                ids(),
                replicas(
                        "all_reduce",
                        (f, x) -> f.allReduce(BinaryFunction.ADD, x, BOTH),
                        values(12, 14),
                        values(12, 14)),
                replicas(
                        "all_reduce_maximum",
                        (f, x) -> f.allReduce(BinaryFunction.MAXIMUM, x, ReplicaGroups.ofDevices(BOTH.groups(), 1)),
                        values(11, 12),
                        values(11, 12)),
                replicas("all_gather", (f, x) -> f.allGather(x, 0, BOTH), values(1, 2, 11, 12), values(1, 2, 11, 12)),
                replicas(
                        "reduce_scatter",
                        (f, x) -> f.reduceScatter(BinaryFunction.ADD, x, 0, BOTH),
                        values(12),
                        values(14)),
                replicas("all_to_all", (f, x) -> f.allToAll(x, 0, 0, BOTH), values(1, 11), values(2, 12)),
                replicas(
                        "collective_permute",
                        (f, x) -> f.collectivePermute(x, List.of(List.of(0, 1))),
                        values(0, 0),
                        values(1, 2)),
                sharded());
    }

    private static Example ids() {
        return Example.of(
                ProgramBuilder.program("ids").replicas(2),
                "ids",
                List.of(),
                (f, _) -> List.of(f.replicaId(), f.partitionId()),
                List.of(List.of(values(0), values(0)), List.of(values(1), values(0))),
                0);
    }

    private interface Communicating {
        Value build(FunctionBuilder function, Value operand);
    }

    /** Replica 0 begins with 1, 2 and replica 1 with 11, 12. */
    private static Example replicas(String name, Communicating body, double[] first, double[] second) {
        return Example.of(
                ProgramBuilder.program(name).replicas(2),
                name,
                List.of(PAIR),
                (f, x) -> {
                    var tens = f.multiply(f.convert(f.replicaId(), ElementType.F32), f.scalar(ElementType.F32, 10));
                    return List.of(body.build(f, f.add(x.getFirst(), f.broadcast(tens, 2))));
                },
                List.of(List.of(first), List.of(second)),
                0);
    }

    /** A product over the sharded dimension: the partitioner has to add an all-reduce. */
    private static Example sharded() {
        var program = ProgramBuilder.program("sharding_constraint", Mesh.of(axis("dp", 1), axis("mp", 2)));
        var main = program.function("main");
        var left = Literal.of(new float[] {1, 2, 3, 4}, 2, 2);
        var right = Literal.of(new float[] {1, 0, 1, 1}, 2, 2);
        var x = main.argument("x", left.type(), Sharding.of(by("dp"), by("mp")));
        var w = main.argument("w", right.type(), Sharding.split(2, 0, "mp"));
        var product = main.matmul(main.shardingConstraint(x, Sharding.of(open(), by("mp"))), w);
        var split = main.shardingConstraint(product, Sharding.of(whole(), by("mp")));
        main.result("y", split, Sharding.replicated(2)).build();
        return new Example(
                "sharding_constraint", program.build(), List.of(left, right), List.of(List.of(values(3, 2, 7, 4))), 0);
    }
}
