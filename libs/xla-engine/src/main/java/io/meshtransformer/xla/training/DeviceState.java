package io.meshtransformer.xla.training;

import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Execution;
import io.meshtransformer.stablehlo.sharding.Mesh;
import io.meshtransformer.xla.program.Weight;
import io.meshtransformer.xla.runtime.Devices;
import io.meshtransformer.xla.runtime.Runs;
import io.meshtransformer.xla.runtime.WeightLoader;
import io.meshtransformer.xla.training.StateLayout.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The weights and moments of a run on its devices, as they are between two steps.
 *
 * @param buffers {@code [entry][device]}
 */
record DeviceState(StateLayout layout, List<List<Buffer>> buffers) {
    /** @throws IOException if the state cannot be read */
    static DeviceState load(StateLayout layout, Devices devices, TrainingState state) throws IOException {
        var buffers = new ArrayList<List<Buffer>>();
        for (var kind : Kind.values()) {
            var weights = layout.entries().stream()
                    .filter(entry -> entry.kind() == kind)
                    .map(Entry::weight)
                    .toList();
            var loaded = load(devices, layout.mesh(), state, kind, weights);
            weights.forEach(weight -> buffers.add(loaded.get(weight.name())));
        }
        return new DeviceState(layout, buffers);
    }

    /** Weights, or moments of weights, which are zeros where the state has none. By name, {@code [device]}. */
    static Map<String, List<Buffer>> load(
            Devices devices, Mesh mesh, TrainingState state, Kind kind, List<Weight> weights) throws IOException {
        WeightLoader.Source source = kind == Kind.PARAMETER || StateLayout.hasMoments(state)
                ? (tensor, offset, target, from, count) ->
                        state.read(new StateTensor(kind, tensor), offset, target, from, count)
                : (tensor, offset, target, from, count) -> Arrays.fill(target, from, from + count, 0);
        return new WeightLoader(devices, source, LoadProgress.SILENT).load(weights, mesh);
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
