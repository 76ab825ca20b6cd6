package io.meshtransformer.xla.training;

import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.stablehlo.sharding.Shard;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * A state in host memory, or on its way there: one copy of each part that differs. The copies are ordered before whatever
 * the devices do next with these arrays, so the next step waits for them and nobody else does.
 */
final class StateSnapshot implements TrainingState {
    private final StateLayout layout;
    private final long step;
    /** {@code [entry]}, each in as many parts as it has. */
    private final List<List<HostPart>> entries;

    private StateSnapshot(StateLayout layout, long step, List<List<HostPart>> entries) {
        this.layout = layout;
        this.step = step;
        this.entries = entries;
    }

    /** Starts all copies. */
    static StateSnapshot of(DeviceState state, long step) {
        var layout = state.layout();
        var entries = new ArrayList<List<HostPart>>();
        for (var index = 0; index < state.size(); index++) {
            var weight = layout.entries().get(index).weight();
            var buffers = state.buffers().get(index);
            var parts = new ArrayList<HostPart>();
            var copied = new HashSet<Shard>();
            for (var device = 0; device < buffers.size(); device++) {
                var shard = weight.sharding().shard(layout.mesh(), weight.type().shape(), device);
                if (copied.add(shard)) {
                    parts.add(HostPart.copy(buffers.get(device), weight.type().shape(), shard));
                }
            }
            entries.add(parts);
        }
        return new StateSnapshot(layout, step, entries);
    }

    @Override
    public long step() {
        return step;
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return layout.tensors();
    }

    @Override
    public void read(StateTensor tensor, long offset, float[] values, int from, int count) {
        Objects.checkFromIndexSize(from, count, values.length);
        var place = layout.place(tensor);
        Objects.checkFromIndexSize(offset, count, place.shape().elements());
        for (var part : entries.get(place.entry())) {
            part.read(place.offset() + offset, values, from, count);
        }
    }

    boolean isComplete() {
        return entries.stream().flatMap(List::stream).allMatch(HostPart::isComplete);
    }

    /** Waits for all copies. */
    void complete() {
        entries.forEach(parts -> parts.forEach(HostPart::complete));
    }

    @Override
    public void close() {
        entries.forEach(parts -> parts.forEach(HostPart::close));
    }
}
