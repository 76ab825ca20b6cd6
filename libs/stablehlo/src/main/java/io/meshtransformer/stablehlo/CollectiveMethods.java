package io.meshtransformer.stablehlo;

import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.Collective;
import io.meshtransformer.stablehlo.ir.ReplicaGroups;
import io.meshtransformer.stablehlo.ir.Value;
import java.util.List;

/** Operations in which several devices take part. */
public interface CollectiveMethods extends OperationAppender {
    default Value allReduce(BinaryFunction function, Value operand, ReplicaGroups groups) {
        return value(new Collective.AllReduce(operand, groups, Block.of(function, operand.elementType())));
    }

    default Value allGather(Value operand, int dimension, ReplicaGroups groups) {
        return value(new Collective.AllGather(operand, dimension, groups));
    }

    default Value reduceScatter(BinaryFunction function, Value operand, int dimension, ReplicaGroups groups) {
        var body = Block.of(function, operand.elementType());
        return value(new Collective.ReduceScatter(operand, dimension, groups, body));
    }

    default Value allToAll(Value operand, int splitDimension, int concatDimension, ReplicaGroups groups) {
        return value(new Collective.AllToAll(operand, splitDimension, concatDimension, groups));
    }

    /** @param pairs source and target, of replicas */
    default Value collectivePermute(Value operand, List<List<Integer>> pairs) {
        return value(new Collective.CollectivePermute(operand, pairs, 0));
    }

    /** The number of this device among the partitions, {@code ui32}. */
    default Value partitionId() {
        return value(new Collective.PartitionId());
    }

    /** The number of this replica, {@code ui32}. */
    default Value replicaId() {
        return value(new Collective.ReplicaId());
    }
}
