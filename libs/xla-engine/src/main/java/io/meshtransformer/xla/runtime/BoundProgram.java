package io.meshtransformer.xla.runtime;

import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Client;
import io.meshtransformer.pjrt.CompileOptions;
import io.meshtransformer.pjrt.Device;
import io.meshtransformer.pjrt.DeviceAssignment;
import io.meshtransformer.pjrt.ExecuteOptions;
import io.meshtransformer.pjrt.Execution;
import io.meshtransformer.pjrt.LoadedExecutable;
import io.meshtransformer.pjrt.Program;
import io.meshtransformer.stablehlo.sharding.Mesh;
import io.meshtransformer.xla.program.ModelProgram;
import io.meshtransformer.xla.program.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A program on the devices of its mesh, with the weights that it takes in every run. For one thread. */
public final class BoundProgram implements AutoCloseable {
    private final ModelProgram program;
    private final Mesh mesh;
    private final Client client;
    private final LoadedExecutable executable;
    private final List<List<Buffer>> weights;
    private final List<Transfer> inputs;

    private BoundProgram(
            ModelProgram program, Mesh mesh, Client client, LoadedExecutable executable, List<List<Buffer>> weights) {
        this.program = program;
        this.client = client;
        this.mesh = mesh;
        this.executable = executable;
        this.weights = weights;
        this.inputs = program.inputs().stream()
                .map(input ->
                        new Transfer(input.value().type(), input.sharding().orElseThrow(), mesh))
                .toList();
    }

    /**
     * Compiles a program, unless the cache has it, for some of the devices.
     *
     * @param chosen in the order of the program's mesh
     * @param weights by name, {@code [chosen device]}
     * @param cache none for programs that are not kept
     */
    public static BoundProgram bind(
            ModelProgram program,
            Devices devices,
            List<Device> chosen,
            Map<String, List<Buffer>> weights,
            Optional<ProgramCache> cache) {
        var mesh = program.program().mesh().orElseThrow();
        var ids = chosen.stream().map(Device::id).toList();
        var options = CompileOptions.sharded(chosen.size()).withDeviceAssignment(DeviceAssignment.ofPartitions(ids));
        var text = program.program().toMlir();
        var executable = cache.isPresent()
                ? cache.get().load(devices, text, options)
                : devices.client().compile(Program.mlir(text), options);
        var bound = new ArrayList<List<Buffer>>();
        for (var device = 0; device < chosen.size(); device++) {
            var index = device;
            bound.add(program.weights().stream()
                    .map(Weight::name)
                    .map(name -> weights.get(name).get(index))
                    .toList());
        }
        return new BoundProgram(program, mesh, devices.client(), executable, bound);
    }

    public ModelProgram program() {
        return program;
    }

    public LoadedExecutable executable() {
        return executable;
    }

    /** Brings whole integers of an input to the devices, each its part. */
    public List<Buffer> upload(int input, int... values) {
        return inputs.get(input).upload(values, client, executable.devices());
    }

    /** Brings fp32 of an input to the devices, each its part. */
    public List<Buffer> upload(int input, float... values) {
        return inputs.get(input).upload(values, client, executable.devices());
    }

    /**
     * Starts a run. State that the program updates is gone when this returns; the inputs stay the caller's.
     *
     * @param state {@code [argument][device]}
     * @param values {@code [input][device]}
     */
    public Execution run(List<List<Buffer>> state, List<List<Buffer>> values) {
        var arguments = new ArrayList<List<Buffer>>();
        for (var device = 0; device < weights.size(); device++) {
            var list = new ArrayList<>(weights.get(device));
            for (var argument : state) {
                list.add(argument.get(device));
            }
            for (var value : values) {
                list.add(value.get(device));
            }
            arguments.add(list);
        }
        return executable.execute(arguments, ExecuteOptions.DEFAULT);
    }

    /** A run of a program without state, from whole integers to whole results. */
    public List<float[]> compute(int[]... values) {
        var uploaded = new ArrayList<List<Buffer>>();
        for (var input = 0; input < values.length; input++) {
            uploaded.add(upload(input, values[input]));
        }
        try (var execution = run(List.of(), uploaded)) {
            execution.await();
            var outputs = new ArrayList<float[]>();
            for (var output = 0; output < program.results().size(); output++) {
                outputs.add(download(output, Runs.output(execution, output)));
            }
            Runs.close(execution.results());
            return outputs;
        } finally {
            Runs.close(uploaded);
        }
    }

    /** Waits for a result, whole. */
    public float[] download(int index, List<Buffer> parts) {
        var result = program.results().get(index);
        return new Transfer(result.value().type(), result.sharding().orElseThrow(), mesh).download(parts);
    }

    @Override
    public void close() {
        executable.close();
    }
}
