package io.meshtransformer.stablehlo.gradient;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ProgramException.NoGradient;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.Collective;
import io.meshtransformer.stablehlo.ir.Value;
import java.util.List;
import java.util.Optional;

/**
 * Cotangents take the way back between devices. They are derivatives of the sum of all devices' losses: where each has
 * the mean over all as its loss, the author divides by their number.
 */
final class CollectiveRules {
    private final BlockBuilder b;
    private final Value g;

    private CollectiveRules(BlockBuilder b, Value g) {
        this.b = b;
        this.g = g;
    }

    /** @param g the result's cotangent */
    static void pass(Collective operation, Value g, Sweep sweep) {
        var rules = new CollectiveRules(sweep.block(), g);
        switch (operation) {
            case Collective.AllReduce reduce -> sweep.give(reduce.operand(), () -> rules.reduce(reduce));
            case Collective.AllGather gather -> sweep.give(gather.operand(), () -> rules.gather(gather));
            case Collective.ReduceScatter scatter -> sweep.give(scatter.operand(), () -> rules.scatter(scatter));
            case Collective.AllToAll exchange -> sweep.give(exchange.operand(), () -> rules.exchange(exchange));
            case Collective.CollectivePermute permute -> sweep.give(permute.operand(), () -> rules.permute(permute));
            case Collective.PartitionId(), Collective.ReplicaId() ->
                throw new IllegalStateException("a device's number is no float, yet it has a cotangent");
        }
    }

    private Value reduce(Collective.AllReduce reduce) {
        requireSum(reduce, reduce.body());
        return write(new Collective.AllReduce(g, reduce.groups(), reduce.body()));
    }

    private Value gather(Collective.AllGather gather) {
        var sum = Block.of(BinaryFunction.ADD, g.elementType());
        return write(new Collective.ReduceScatter(g, gather.dimension(), gather.groups(), sum));
    }

    private Value scatter(Collective.ReduceScatter scatter) {
        requireSum(scatter, scatter.body());
        return write(new Collective.AllGather(g, scatter.dimension(), scatter.groups()));
    }

    private Value exchange(Collective.AllToAll exchange) {
        return write(
                new Collective.AllToAll(g, exchange.concatDimension(), exchange.splitDimension(), exchange.groups()));
    }

    private Value permute(Collective.CollectivePermute permute) {
        var back = permute.pairs().stream().map(List::reversed).toList();
        return write(new Collective.CollectivePermute(g, back, permute.channel()));
    }

    private Value write(Collective operation) {
        return b.value(
                operation.channel() == 0
                        ? operation
                        : operation.onChannel(b.tape().freshChannel()));
    }

    private static void requireSum(Collective operation, Block body) {
        if (!body.binaryFunction().equals(Optional.of(BinaryFunction.ADD))) {
            throw new NoGradient(operation, "its body must add");
        }
    }
}
