package io.meshtransformer.pjrt;

import io.meshtransformer.pjrt.proto.ProtoMessage;
import io.meshtransformer.pjrt.proto.ProtoWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Which device runs which part of a program.
 *
 * @param devices ids of devices, {@code [replica][partition]}
 */
public record DeviceAssignment(List<List<Integer>> devices) {
    public DeviceAssignment {
        devices = devices.stream().map(List::copyOf).toList();
        if (devices.isEmpty() || devices.getFirst().isEmpty()) {
            throw new IllegalArgumentException("a device assignment has at least one replica and one partition");
        }
        var partitions = devices.getFirst().size();
        if (devices.stream().anyMatch(replica -> replica.size() != partitions)) {
            throw new IllegalArgumentException("replicas have different numbers of partitions: " + devices);
        }
    }

    /** One replica, its partitions on these devices. */
    public static DeviceAssignment ofPartitions(List<Integer> devices) {
        return new DeviceAssignment(List.of(devices));
    }

    public int replicas() {
        return devices.size();
    }

    public int partitions() {
        return devices.getFirst().size();
    }

    public int device(int replica, int partition) {
        return devices.get(replica).get(partition);
    }

    /** {@code DeviceAssignmentProto}: a list of partitions, each with the devices of its replicas. */
    ProtoWriter toProto() {
        var message = new ProtoWriter().number(1, replicas()).number(2, partitions());
        for (var partition = 0; partition < partitions(); partition++) {
            var part = partition;
            var ids = devices.stream().mapToLong(replica -> replica.get(part)).toArray();
            message.message(3, new ProtoWriter().numbers(1, ids));
        }
        return message;
    }

    static DeviceAssignment read(byte[] proto) {
        var message = ProtoMessage.read(proto);
        var partitions = message.messages(3).stream()
                .map(partition -> partition.numbers(1))
                .toList();
        var devices = new ArrayList<List<Integer>>();
        for (var replica = 0; replica < message.number(1); replica++) {
            var index = replica;
            devices.add(partitions.stream()
                    .map(partition -> Math.toIntExact(partition.get(index)))
                    .toList());
        }
        return new DeviceAssignment(devices);
    }
}
