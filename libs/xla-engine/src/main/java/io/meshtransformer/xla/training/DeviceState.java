package io.meshtransformer.xla.training;

import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Execution;
import io.meshtransformer.xla.runtime.Devices;
import io.meshtransformer.xla.runtime.Runs;
import io.meshtransformer.xla.runtime.WeightLoader;
import io.meshtransformer.xla.training.StateLayout.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The weights and moments of a run on its devices, as they are between two steps.
 *
 * @param buffers {@code [entry][device]}
 */
record DeviceState(StateLayout layout, List<List<Buffer>> buffers) {
    /** @throws IOException if the state cannot be read */
    static DeviceState load(StateLayout layout, Devices devices, TrainingState state) throws IOException {
        var fresh = !StateLayout.hasMoments(state);
        var buffers = new ArrayList<List<Buffer>>();
        for (var kind : Kind.values()) {
            WeightLoader.Source source = fresh && kind != Kind.PARAMETER
                    ? (tensor, offset, target, from, count) -> Arrays.fill(target, from, from + count, 0)
                    : (tensor, offset, target, from, count) ->
                            state.read(new StateTensor(kind, tensor), offset, target, from, count);
            var weights = layout.entries().stream()
                    .filter(entry -> entry.kind() == kind)
                    .map(Entry::weight)
                    .toList();
            var loaded = new WeightLoader(devices, source, LoadProgress.SILENT).load(weights, layout.mesh());
            weights.forEach(weight -> buffers.add(loaded.get(weight.name())));
        }
        return new DeviceState(layout, buffers);
    }

    int size() {
        return buffers.size();
    }

    List<List<Buffer>> parameters() {
        return IntStream.range(0, size())
                .filter(entry -> layout.entries().get(entry).kind() == Kind.PARAMETER)
                .mapToObj(buffers::get)
                .toList();
    }

    /** As a step leaves it. */
    DeviceState with(Execution step) {
        return new DeviceState(
                layout,
                IntStream.range(0, size())
                        .mapToObj(entry -> Runs.output(step, entry))
                        .toList());
    }
}
