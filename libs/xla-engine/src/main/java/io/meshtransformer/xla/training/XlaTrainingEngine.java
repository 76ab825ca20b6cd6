package io.meshtransformer.xla.training;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.training.OptimiserOptions;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.gptj.training.TrainingEngine;
import io.meshtransformer.gptj.training.TrainingShape;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.HostBuffer;
import io.meshtransformer.xla.program.ModelProgram;
import io.meshtransformer.xla.program.TrainingPrograms;
import io.meshtransformer.xla.runtime.BoundProgram;
import io.meshtransformer.xla.runtime.Devices;
import io.meshtransformer.xla.runtime.ProgramCache;
import io.meshtransformer.xla.runtime.Runs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains GPT-J on whatever XLA compiles for. Weights and moments stay on the devices, and every step updates them in
 * place; of a step, seven numbers come to the host.
 *
 * <p>With adapters, these are what is trained, and all that a snapshot has: the model's weights, which do not move, are
 * read from the state that the engine is made from.
 *
 * <p>A loss that is no number says so in its {@link io.meshtransformer.gptj.training.StepResult}; the weights are none
 * either then. What fails on a device is thrown by {@link PendingStep#await}; the state is lost with it, and further
 * steps are refused.
 */
public final class XlaTrainingEngine implements TrainingEngine {
    private final TrainingPrograms programs;
    private final Devices devices;
    private final BoundProgram step;
    private final BoundProgram validation;
    private final List<StateSnapshot> snapshots = new ArrayList<>();
    private DeviceState state;
    private long steps;

    private XlaTrainingEngine(
            TrainingPrograms programs, Devices devices, BoundProgram step, BoundProgram validation, long steps) {
        this.programs = programs;
        this.devices = devices;
        this.step = step;
        this.validation = validation;
        this.steps = steps;
    }

    /**
     * Brings a state to the devices and compiles the programs, or takes them from the cache.
     *
     * @param start not needed afterwards; without moments the optimiser begins afresh, and steps count from 0
     * @throws IllegalArgumentException if options, model, platform and state do not fit each other
     * @throws io.meshtransformer.pjrt.plugin.PluginStoreException if the plugin is not installed
     * @throws io.meshtransformer.pjrt.PjrtException if the platform refuses, for lack of memory for example
     * @throws IOException if the state cannot be read
     */
    public static XlaTrainingEngine create(GptjConfig config, TrainingState start, XlaTrainingOptions options)
            throws IOException {
        requireNonNull(start, "start is null");
        var programs = new TrainingPrograms(
                config,
                options.mesh(),
                options.compute(),
                options.shape(),
                options.optimiser(),
                options.sharding(),
                options.rematerialise(),
                options.adapters());
        var layout = new StateLayout(programs);
        layout.requireFits(start);
        var devices =
                Devices.open(Devices.plugin(options.plugin()), options.mesh().devices());
        try {
            var cache = new ProgramCache(options.programCache());
            var frozen = DeviceState.load(devices, layout.mesh(), start, Kind.PARAMETER, programs.frozen());
            var engine = new XlaTrainingEngine(
                    programs,
                    devices,
                    bind(programs.trainStep(), devices, frozen, cache),
                    bind(programs.validation(), devices, frozen, cache),
                    StateLayout.hasMoments(start) ? start.step() : 0);
            engine.state = DeviceState.load(layout, devices, start);
            return engine;
        } catch (IOException | RuntimeException failed) {
            devices.close();
            throw failed;
        }
    }

    private static BoundProgram bind(
            ModelProgram program, Devices devices, Map<String, List<Buffer>> frozen, ProgramCache cache) {
        return BoundProgram.bind(program, devices, devices.devices(), frozen, Optional.of(cache));
    }

    @Override
    public GptjConfig config() {
        return programs.config();
    }

    @Override
    public TrainingShape shape() {
        return programs.shape();
    }

    @Override
    public long step() {
        return steps;
    }

    /** What it computes on. */
    public Devices devices() {
        return devices;
    }

    @Override
    public PendingStep start(int[] windows, double learningRate) {
        var expected = shape().windows() * shape().windowTokens();
        if (windows.length != expected) {
            throw new IllegalArgumentException("a step takes " + expected + " ids, not " + windows.length);
        }
        requireIds(windows);
        var number = steps + 1;
        var inputs = List.of(step.upload(0, windows), step.upload(1, scalars(number, learningRate)));
        try {
            var execution = step.run(state.buffers(), inputs);
            steps = number;
            state = state.with(execution);
            var reports = Runs.output(execution, state.size());
            var host = HostBuffer.allocate(reports.getFirst().shape().bytes());
            var copied = reports.getFirst().copyTo(host, 0);
            reports.forEach(Buffer::close);
            return new RunningStep(number, learningRate, execution, host, copied);
        } finally {
            Runs.close(inputs);
        }
    }

    /** See {@link TrainingPrograms#trainStep}. */
    private float[] scalars(long number, double learningRate) {
        OptimiserOptions optimiser = programs.optimiser();
        return new float[] {
            (float) learningRate, correction(optimiser.beta1(), number), correction(optimiser.beta2(), number)
        };
    }

    private static float correction(double beta, long number) {
        return (float) (1 / (1 - Math.pow(beta, number)));
    }

    @Override
    public double[] evaluate(int[] windows) {
        var tokens = shape().windowTokens();
        if (windows.length % tokens != 0) {
            throw new IllegalArgumentException(windows.length + " ids are no windows of " + tokens);
        }
        requireIds(windows);
        var losses = new double[windows.length / tokens];
        for (var first = 0; first < losses.length; first += shape().batch()) {
            var count = Math.min(shape().batch(), losses.length - first);
            // The last batch is filled up with windows of zeros, whose losses are left out.
            var batch = Arrays.copyOf(
                    Arrays.copyOfRange(windows, first * tokens, (first + count) * tokens), shape().batch() * tokens);
            var found = evaluateBatch(batch);
            for (var i = 0; i < count; i++) {
                losses[first + i] = found[i];
            }
        }
        return losses;
    }

    private float[] evaluateBatch(int[] batch) {
        var input = validation.upload(0, batch);
        try (var execution = validation.run(state.parameters(), List.of(input))) {
            execution.await();
            var losses = validation.download(0, Runs.output(execution, 0));
            Runs.close(execution.results());
            return losses;
        } finally {
            input.forEach(Buffer::close);
        }
    }

    private void requireIds(int[] ids) {
        for (var id : ids) {
            if (id < 0 || id >= config().vocabularySize()) {
                throw new IllegalArgumentException(
                        "token id " + id + " is not in the vocabulary of " + config().vocabularySize());
            }
        }
    }

    @Override
    public TrainingState snapshot() {
        snapshots.removeIf(StateSnapshot::isComplete);
        var snapshot = StateSnapshot.of(state, steps);
        snapshots.add(snapshot);
        return snapshot;
    }

    /** Waits for what snapshots still copy; they can be read on. */
    @Override
    public void close() {
        try {
            snapshots.forEach(StateSnapshot::complete);
        } finally {
            devices.close();
        }
    }
}
