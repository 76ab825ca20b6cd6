package io.meshtransformer.stablehlo.ir;

import java.util.List;

/**
 * Who communicates with whom.
 *
 * @param groups equally long lists, together each participant once
 * @param channel 0 if groups list replicas; otherwise a number that only this operation has, and groups list partitions
 *     or, with {@code globalIds}, devices counted over replicas and partitions
 */
public record ReplicaGroups(List<List<Integer>> groups, int channel, boolean globalIds) {
    public ReplicaGroups {
        groups = groups.stream().map(List::copyOf).toList();
    }

    public static ReplicaGroups ofReplicas(List<List<Integer>> groups) {
        return new ReplicaGroups(groups, 0, false);
    }

    public static ReplicaGroups ofDevices(List<List<Integer>> groups, int channel) {
        return new ReplicaGroups(groups, channel, true);
    }

    /** The same groups on another channel. */
    public ReplicaGroups onChannel(int other) {
        return new ReplicaGroups(groups, other, globalIds);
    }

    /** Participants in each group. */
    public int size() {
        return groups.isEmpty() ? 0 : groups.getFirst().size();
    }
}
