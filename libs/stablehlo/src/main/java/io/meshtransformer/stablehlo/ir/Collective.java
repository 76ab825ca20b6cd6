package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.HashSet;
import java.util.List;

/** Operations in which several devices take part. A program with shardings needs none: the partitioner writes them. */
public sealed interface Collective extends Operation {
    /** 0 if it is among replicas or needs none. */
    default int channel() {
        return switch (this) {
            case AllReduce reduce -> reduce.groups().channel();
            case AllGather gather -> gather.groups().channel();
            case ReduceScatter scatter -> scatter.groups().channel();
            case AllToAll exchange -> exchange.groups().channel();
            case CollectivePermute permute -> permute.channel();
            case PartitionId(), ReplicaId() -> 0;
        };
    }

    /** The same operation on another channel, for where it stands a second time. */
    default Collective onChannel(int channel) {
        return switch (this) {
            case AllReduce reduce ->
                new AllReduce(reduce.operand(), reduce.groups().onChannel(channel), reduce.body());
            case AllGather gather ->
                new AllGather(
                        gather.operand(), gather.dimension(), gather.groups().onChannel(channel));
            case ReduceScatter scatter ->
                new ReduceScatter(
                        scatter.operand(), scatter.dimension(), scatter.groups().onChannel(channel), scatter.body());
            case AllToAll exchange ->
                new AllToAll(
                        exchange.operand(),
                        exchange.splitDimension(),
                        exchange.concatDimension(),
                        exchange.groups().onChannel(channel));
            case CollectivePermute permute -> new CollectivePermute(permute.operand(), permute.pairs(), channel);
            case PartitionId id -> id;
            case ReplicaId id -> id;
        };
    }

    /** The operands of a group combined element by element, the result on each of it. */
    record AllReduce(Value operand, ReplicaGroups groups, Block body) implements Collective {
        @Override
        public String name() {
            return "all_reduce";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand);
        }

        @Override
        public List<Block> regions() {
            return List.of(body);
        }

        @Override
        public List<TensorType> resultTypes() {
            checkGroups(this, groups);
            checkBody(this, operand, body);
            return List.of(operand.type());
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new AllReduce(operands.getFirst(), groups, regions.getFirst());
        }
    }

    /** The operands of a group one behind the other along a dimension, the result on each of it. */
    record AllGather(Value operand, int dimension, ReplicaGroups groups) implements Collective {
        @Override
        public String name() {
            return "all_gather";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand);
        }

        @Override
        public List<TensorType> resultTypes() {
            checkGroups(this, groups);
            Check.dimension(dimension, operand.rank(), this, "the dimension");
            return List.of(
                    operand.type().with(operand.shape().with(dimension, operand.dimension(dimension) * groups.size())));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new AllGather(operands.getFirst(), dimension, groups);
        }
    }

    /** As {@link AllReduce}, but each of a group keeps its part along a dimension. */
    record ReduceScatter(Value operand, int dimension, ReplicaGroups groups, Block body) implements Collective {
        @Override
        public String name() {
            return "reduce_scatter";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand);
        }

        @Override
        public List<Block> regions() {
            return List.of(body);
        }

        @Override
        public List<TensorType> resultTypes() {
            checkGroups(this, groups);
            Check.dimension(dimension, operand.rank(), this, "the dimension");
            checkBody(this, operand, body);
            var size = divided(this, operand, dimension, groups.size());
            return List.of(operand.type().with(operand.shape().with(dimension, size)));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new ReduceScatter(operands.getFirst(), dimension, groups, regions.getFirst());
        }
    }

    /** Each of a group cuts its operand along one dimension, hands the parts round, joins what it gets along another. */
    record AllToAll(Value operand, int splitDimension, int concatDimension, ReplicaGroups groups)
            implements Collective {
        @Override
        public String name() {
            return "all_to_all";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand);
        }

        @Override
        public List<TensorType> resultTypes() {
            checkGroups(this, groups);
            Check.dimension(splitDimension, operand.rank(), this, "the split dimension");
            Check.dimension(concatDimension, operand.rank(), this, "the concat dimension");
            var shape = operand.shape().with(splitDimension, divided(this, operand, splitDimension, groups.size()));
            return List.of(
                    operand.type().with(shape.with(concatDimension, shape.dimension(concatDimension) * groups.size())));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new AllToAll(operands.getFirst(), splitDimension, concatDimension, groups);
        }
    }

    /**
     * Each target gets its source's operand; who is no target gets zeros.
     *
     * @param pairs source and target
     * @param channel 0 if pairs name replicas, otherwise a number that only this operation has
     */
    record CollectivePermute(Value operand, List<List<Integer>> pairs, int channel) implements Collective {
        public CollectivePermute {
            pairs = pairs.stream().map(List::copyOf).toList();
        }

        @Override
        public String name() {
            return "collective_permute";
        }

        @Override
        public List<Value> operands() {
            return List.of(operand);
        }

        @Override
        public List<TensorType> resultTypes() {
            var sources = new HashSet<Integer>();
            var targets = new HashSet<Integer>();
            for (var pair : pairs) {
                Check.that(
                        pair.size() == 2 && sources.add(pair.getFirst()) && targets.add(pair.getLast()),
                        this,
                        () -> "pairs are " + pairs + ", each must be a source and a target, none named twice");
            }
            return List.of(operand.type());
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new CollectivePermute(operands.getFirst(), pairs, channel);
        }
    }

    record PartitionId() implements Collective {
        @Override
        public String name() {
            return "partition_id";
        }

        @Override
        public List<Value> operands() {
            return List.of();
        }

        @Override
        public List<TensorType> resultTypes() {
            return List.of(TensorType.scalar(ElementType.UI32));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return this;
        }
    }

    record ReplicaId() implements Collective {
        @Override
        public String name() {
            return "replica_id";
        }

        @Override
        public List<Value> operands() {
            return List.of();
        }

        @Override
        public List<TensorType> resultTypes() {
            return List.of(TensorType.scalar(ElementType.UI32));
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return this;
        }
    }

    private static void checkGroups(Operation operation, ReplicaGroups groups) {
        var members = new HashSet<Integer>();
        var equal = groups.groups().stream().allMatch(group -> group.size() == groups.size());
        var distinct = groups.groups().stream().flatMap(List::stream).allMatch(members::add);
        Check.that(
                groups.size() > 0 && equal && distinct,
                operation,
                () -> "groups are " + groups.groups() + ", they must be equally long and name nobody twice");
    }

    private static void checkBody(Operation operation, Value operand, Block body) {
        var scalar = TensorType.scalar(operand.elementType());
        Check.block(body, List.of(scalar, scalar), List.of(scalar), operation, "the body");
    }

    private static long divided(Operation operation, Value operand, int dimension, int parts) {
        var size = operand.dimension(dimension);
        Check.that(
                size % parts == 0,
                operation,
                () -> "dimension " + dimension + " has size " + size + ", which cannot be cut into " + parts
                        + " equal parts");
        return size / parts;
    }
}
