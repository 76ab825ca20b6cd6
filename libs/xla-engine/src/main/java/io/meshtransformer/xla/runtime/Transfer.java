package io.meshtransformer.xla.runtime;

import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Client;
import io.meshtransformer.pjrt.Device;
import io.meshtransformer.pjrt.Shape;
import io.meshtransformer.stablehlo.sharding.Mesh;
import io.meshtransformer.stablehlo.sharding.Shard;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Takes a tensor apart for the devices of a mesh, and puts it together again. */
final class Transfer {
    private final TensorType type;
    private final Shape part;
    private final List<Shard> shards;

    Transfer(TensorType type, Sharding sharding, Mesh mesh) {
        this.type = type;
        this.part = Shapes.of(type.with(sharding.localShape(mesh, type.shape())));
        this.shards = IntStream.range(0, mesh.devices())
                .mapToObj(device -> sharding.shard(mesh, type.shape(), device))
                .toList();
    }

    /** @param devices in the order of the mesh */
    List<Buffer> upload(int[] values, Client client, List<Device> devices) {
        requireCount(values.length);
        var buffers = new ArrayList<Buffer>();
        for (var index = 0; index < devices.size(); index++) {
            buffers.add(client.upload(part, values(values, shards.get(index)), devices.get(index)));
        }
        return buffers;
    }

    /** @param devices in the order of the mesh */
    List<Buffer> upload(float[] values, Client client, List<Device> devices) {
        requireCount(values.length);
        var buffers = new ArrayList<Buffer>();
        for (var index = 0; index < devices.size(); index++) {
            buffers.add(client.upload(part, values(values, shards.get(index)), devices.get(index)));
        }
        return buffers;
    }

    private void requireCount(int count) {
        if (count != type.shape().elements()) {
            throw new IllegalArgumentException(count + " values are no " + type);
        }
    }

    private float[] values(float[] whole, Shard shard) {
        if (shard.shape().equals(type.shape())) {
            return whole;
        }
        var values = new float[(int) shard.shape().elements()];
        copyRuns(shard, (place, offset, count) -> System.arraycopy(whole, place, values, offset, count));
        return values;
    }

    private int[] values(int[] whole, Shard shard) {
        if (shard.shape().equals(type.shape())) {
            return whole;
        }
        var values = new int[(int) shard.shape().elements()];
        copyRuns(shard, (place, offset, count) -> System.arraycopy(whole, place, values, offset, count));
        return values;
    }

    /** Whole fp32; truth values as 0 and 1. */
    float[] download(List<Buffer> parts) {
        var whole = new float[Math.toIntExact(type.shape().elements())];
        for (var index = 0; index < parts.size(); index++) {
            var values = floats(parts.get(index));
            copyRuns(
                    shards.get(index), (place, offset, count) -> System.arraycopy(values, offset, whole, place, count));
        }
        return whole;
    }

    private float[] floats(Buffer buffer) {
        if (type.elementType() != ElementType.I1) {
            return buffer.toFloats();
        }
        var bytes = buffer.toBytes();
        var values = new float[bytes.length];
        for (var i = 0; i < bytes.length; i++) {
            values[i] = bytes[i];
        }
        return values;
    }

    @FunctionalInterface
    private interface Run {
        /** @param place in the whole tensor */
        void copy(int place, int offset, int count);
    }

    /** The lines of a shard along its last dimension, each in one piece in the whole tensor too. */
    private void copyRuns(Shard shard, Run run) {
        var rank = type.rank();
        var count = rank == 0 ? 1 : (int) shard.shape().dimension(rank - 1);
        var runs = shard.shape().elements() / count;
        for (var index = 0L; index < runs; index++) {
            var rest = index;
            var place = rank == 0 ? 0 : shard.offsets().get(rank - 1);
            var stride = rank == 0 ? 1 : type.dimension(rank - 1);
            for (var dimension = rank - 2; dimension >= 0; dimension--) {
                var size = shard.shape().dimension(dimension);
                place += (shard.offsets().get(dimension) + rest % size) * stride;
                rest /= size;
                stride *= type.dimension(dimension);
            }
            run.copy(Math.toIntExact(place), Math.toIntExact(index * count), count);
        }
    }
}
