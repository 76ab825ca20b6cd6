package io.meshtransformer.xla.runtime;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.gptj.safetensors.BFloat16;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Device;
import io.meshtransformer.pjrt.HostBuffer;
import io.meshtransformer.pjrt.HostBufferSemantics;
import io.meshtransformer.stablehlo.sharding.Mesh;
import io.meshtransformer.stablehlo.sharding.Shard;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.xla.program.Weight;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings weights to devices, each its part. Beside what is on devices, one part of one weight is in host
 * memory at a time; on CPUs that memory becomes the device's. A part that another device has already is copied from
 * there, so the source is read once.
 */
public final class WeightLoader {
    private static final int PIECE = 1 << 20;

    private final Devices devices;
    private final Source source;
    private final LoadProgress progress;
    private final float[] piece = new float[PIECE];
    private long bytesDone;
    private long bytesTotal;

    /** Where weights are read, by their names in a checkpoint. */
    @FunctionalInterface
    public interface Source {
        /** Reads a range of a tensor's elements; see {@link Checkpoint#read(String, long, float[], int, int)}. */
        void read(String tensor, long offset, float[] target, int targetOffset, int count) throws IOException;
    }

    public WeightLoader(Devices devices, Checkpoint checkpoint, LoadProgress progress) {
        this(devices, checkpoint::read, progress);
    }

    public WeightLoader(Devices devices, Source source, LoadProgress progress) {
        this.devices = devices;
        this.source = source;
        this.progress = progress;
    }

    /**
     * Loads all weights.
     *
     * @param mesh of one replica; as many of them as the devices make
     * @return by name, {@code [device]}
     * @throws IOException if the source cannot be read; what was loaded is closed then
     */
    public Map<String, List<Buffer>> load(List<Weight> weights, Mesh mesh) throws IOException {
        bytesDone = 0;
        bytesTotal = weights.stream()
                .mapToLong(weight -> bytesOfAllParts(weight, mesh))
                .sum();
        var loaded = new HashMap<String, List<Buffer>>();
        try {
            for (var weight : weights) {
                var parts = new ArrayList<Buffer>();
                loaded.put(weight.name(), parts);
                load(weight, mesh, parts);
            }
            return loaded;
        } catch (IOException | RuntimeException failed) {
            loaded.values().forEach(parts -> parts.forEach(Buffer::close));
            throw failed;
        }
    }

    private long bytesOfAllParts(Weight weight, Mesh mesh) {
        var part = weight.sharding().localShape(mesh, weight.type().shape());
        return weight.type().with(part).bytes() * devices.devices().size();
    }

    private void load(Weight weight, Mesh mesh, List<Buffer> loaded) throws IOException {
        var present = new HashMap<Shard, Buffer>();
        for (var index = 0; index < devices.devices().size(); index++) {
            var device = devices.devices().get(index);
            var shard = weight.sharding().shard(mesh, weight.type().shape(), index % mesh.devices());
            var twin = present.get(shard);
            var buffer = twin != null ? twin.copyTo(device) : read(weight, shard, device);
            loaded.add(buffer);
            present.putIfAbsent(shard, buffer);
            bytesDone += weight.type().with(shard.shape()).bytes();
            progress.loaded(bytesDone, bytesTotal);
        }
    }

    private Buffer read(Weight weight, Shard shard, Device device) throws IOException {
        var shape = Shapes.of(weight.type().with(shard.shape()));
        try (var host = HostBuffer.allocate(shape.bytes())) {
            var target = new Target(host, weight.type().elementType());
            var perTensor = weight.ofBlocks() ? 1 : 0;
            var sizes =
                    shard.shape().dimensions().subList(perTensor, shard.shape().rank());
            var offsets = shard.offsets().subList(perTensor, shard.shape().rank());
            for (var tensor : weight.tensors()) {
                read(tensor, weight.type().dimension(weight.type().rank() - 1), offsets, sizes, target);
            }
            target.flush();
            return devices.client().upload(shape, host, 0, HostBufferSemantics.MUTABLE_ZERO_COPY, device);
        }
    }

    /**
     * Reads a rectangle of a vector or matrix.
     *
     * @param columns of the whole tensor
     */
    private void read(String tensor, long columns, List<Long> offsets, List<Long> sizes, Target target)
            throws IOException {
        var isVector = sizes.size() == 1;
        var rows = isVector ? 1 : sizes.getFirst();
        var firstRow = isVector ? 0 : offsets.getFirst();
        var width = sizes.getLast();
        if (width == columns) {
            target.read(tensor, firstRow * columns, rows * columns);
            return;
        }
        for (var row = firstRow; row < firstRow + rows; row++) {
            target.read(tensor, row * columns + offsets.getLast(), width);
        }
    }

    /** Collects what is read into pieces, and writes those in the device's element type. */
    private final class Target {
        private final HostBuffer host;
        private final ElementType type;
        private int filled;
        private long written;

        Target(HostBuffer host, ElementType type) {
            this.host = host;
            this.type = type;
        }

        void read(String tensor, long offset, long count) throws IOException {
            for (var done = 0L; done < count; ) {
                if (filled == PIECE) {
                    flush();
                }
                var part = (int) Math.min(count - done, PIECE - filled);
                source.read(tensor, offset + done, piece, filled, part);
                filled += part;
                done += part;
            }
        }

        void flush() {
            if (type == ElementType.BF16) {
                var rounded = new short[filled];
                for (var i = 0; i < filled; i++) {
                    rounded[i] = BFloat16.round(piece[i]);
                }
                host.write(written, rounded);
            } else {
                host.write(written, filled == PIECE ? piece : Arrays.copyOf(piece, filled));
            }
            written += (long) filled * type.bytes();
            filled = 0;
        }
    }
}
