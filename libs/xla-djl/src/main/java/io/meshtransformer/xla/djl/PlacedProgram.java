package io.meshtransformer.xla.djl;

import ai.djl.MalformedModelException;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.CompileOptions;
import io.meshtransformer.pjrt.Device;
import io.meshtransformer.pjrt.DeviceAssignment;
import io.meshtransformer.pjrt.ExecuteOptions;
import io.meshtransformer.pjrt.LoadedExecutable;
import io.meshtransformer.pjrt.PjrtException;
import io.meshtransformer.pjrt.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A program compiled for a device, and its weights there. Any number of threads may run it at once. */
final class PlacedProgram implements AutoCloseable {
    private final LoadedExecutable executable;
    private final XlaPlatform platform;
    private final Device device;
    private final ExecuteOptions options;

    /** By argument; null where an input goes. */
    private final List<Buffer> weights;

    private PlacedProgram(
            LoadedExecutable executable,
            XlaPlatform platform,
            Device device,
            ExecuteOptions options,
            List<Buffer> weights) {
        this.executable = executable;
        this.platform = platform;
        this.device = device;
        this.options = options;
        this.weights = weights;
    }

    /** @param isWeight by argument of the program */
    static PlacedProgram place(
            ProgramSource source, boolean[] isWeight, Optional<Path> weightFile, XlaPlatform platform, Device device)
            throws IOException, MalformedModelException {
        var executable = compile(source, platform, device);
        var weights = new ArrayList<Buffer>();
        var placed = new PlacedProgram(executable, platform, device, keepingArguments(source), weights);
        try {
            placed.bringWeights(source, isWeight, weightFile);
            return placed;
        } catch (IOException | MalformedModelException | RuntimeException failed) {
            placed.close();
            throw failed;
        }
    }

    private static LoadedExecutable compile(ProgramSource source, XlaPlatform platform, Device device)
            throws MalformedModelException {
        var place = new DeviceAssignment(List.of(List.of(device.id())));
        try {
            return platform.client()
                    .compile(
                            Program.mlir(source.text()),
                            CompileOptions.singleDevice().withDeviceAssignment(place));
        } catch (PjrtException.XlaError refused) {
            throw new MalformedModelException(
                    "the program " + source.name() + " does not compile for " + platform.nameOf(device) + ": "
                            + refused.getMessage(),
                    refused);
        }
    }

    /** An array that is given to a program stays the caller's, whatever the program would like to overwrite. */
    private static ExecuteOptions keepingArguments(ProgramSource source) {
        var arguments = source.signature().arguments();
        return new ExecuteOptions(
                IntStream.range(0, arguments.size())
                        .filter(index -> arguments.get(index).donated())
                        .boxed()
                        .collect(Collectors.toSet()),
                0);
    }

    private void bringWeights(ProgramSource source, boolean[] isWeight, Optional<Path> weightFile)
            throws IOException, MalformedModelException {
        if (weightFile.isEmpty()) {
            source.signature().arguments().forEach(_ -> weights.add(null));
            return;
        }
        try (var file = WeightFile.open(weightFile.get())) {
            for (var index = 0; index < isWeight.length; index++) {
                var name = source.signature().arguments().get(index).name();
                weights.add(isWeight[index] ? file.upload(name, platform.client(), device) : null);
            }
        }
    }

    XlaPlatform platform() {
        return platform;
    }

    /**
     * Runs the program and waits for it.
     *
     * @param inputs of this platform and in the right shapes; those on another device are copied
     * @return the results, which are the caller's
     */
    List<Buffer> run(List<Buffer> inputs) {
        var copies = new ArrayList<Buffer>();
        try {
            var arguments = new ArrayList<Buffer>(weights.size());
            var next = inputs.iterator();
            for (var weight : weights) {
                arguments.add(weight != null ? weight : here(next.next(), copies));
            }
            try (var execution = executable.execute(List.of(arguments), options)) {
                execution.await();
                return execution.results().getFirst();
            }
        } finally {
            copies.forEach(Buffer::close);
        }
    }

    private Buffer here(Buffer input, List<Buffer> copies) {
        if (input.device() == device) {
            return input;
        }
        var copy = input.copyTo(device);
        copies.add(copy);
        return copy;
    }

    /** Brings an array of another platform or engine here. */
    Buffer upload(HostArray array) {
        return platform.upload(array, device);
    }

    @Override
    public void close() {
        executable.close();
        weights.stream().filter(weight -> weight != null).forEach(Buffer::close);
    }
}
