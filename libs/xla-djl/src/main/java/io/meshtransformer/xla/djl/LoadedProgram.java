package io.meshtransformer.xla.djl;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.PairList;
import io.meshtransformer.pjrt.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A model from its files: the program, which of its arguments are weights, and the devices that it was compiled for. */
final class LoadedProgram implements AutoCloseable {
    private final ModelDirectory files;
    private final ProgramSource source;
    private final boolean[] weights;
    private final List<ProgramSignature.Argument> inputs = new ArrayList<>();
    private final Map<Device, PlacedProgram> placed = new HashMap<>();
    private boolean closed;

    private LoadedProgram(ModelDirectory files, ProgramSource source, boolean[] weights) {
        this.files = files;
        this.source = source;
        this.weights = weights;
        for (var index = 0; index < weights.length; index++) {
            if (!weights[index]) {
                inputs.add(source.signature().arguments().get(index));
            }
        }
    }

    /**
     * Reads a program and finds its weights: the arguments that the weight file has by name.
     *
     * @throws MalformedModelException if the files do not agree
     */
    static LoadedProgram read(ModelDirectory files) throws IOException, MalformedModelException {
        var source = files.source();
        var weights = new boolean[source.signature().arguments().size()];
        if (files.weights().isPresent()) {
            try (var file = WeightFile.open(files.weights().get())) {
                markWeights(files, source, file, weights);
            }
        }
        return new LoadedProgram(files, source, weights);
    }

    private static void markWeights(ModelDirectory files, ProgramSource source, WeightFile file, boolean[] weights)
            throws MalformedModelException {
        var arguments = source.signature().arguments();
        var unused = new ArrayList<>(file.names());
        for (var index = 0; index < weights.length; index++) {
            var argument = arguments.get(index);
            weights[index] = unused.remove(argument.name());
            if (weights[index] && !file.shape(argument.name()).equals(argument.shape())) {
                throw new MalformedModelException("the weight " + argument.name() + " of " + source.name()
                        + ": the program takes " + ElementTypes.describe(argument.shape()) + ", "
                        + files.weights().get().getFileName() + " has "
                        + ElementTypes.describe(file.shape(argument.name())));
            }
        }
        if (!unused.isEmpty()) {
            throw new MalformedModelException("the weights " + unused + " in "
                    + files.weights().get()
                    + " are no arguments of the program, which has "
                    + arguments.stream().map(ProgramSignature.Argument::name).toList() + "; "
                    + source.name() + ".json can give them names");
        }
    }

    String name() {
        return source.name();
    }

    /** The arguments that are no weights, in the program's order. */
    List<ProgramSignature.Argument> inputs() {
        return inputs;
    }

    List<ProgramSignature.Result> results() {
        return source.signature().results();
    }

    /** The program on a device, compiled at the first call. */
    synchronized PlacedProgram on(XlaPlatform platform, Device device) throws IOException, MalformedModelException {
        if (closed) {
            throw new IllegalStateException("the model " + name() + " is closed");
        }
        var program = placed.get(device);
        if (program == null) {
            program = PlacedProgram.place(source, weights, files.weights(), platform, device);
            placed.put(device, program);
        }
        return program;
    }

    PairList<String, Shape> describeInputs() {
        var description = new PairList<String, Shape>();
        inputs.forEach(input -> description.add(input.name(), ElementTypes.of(input.shape())));
        return description;
    }

    PairList<String, Shape> describeResults() {
        var description = new PairList<String, Shape>();
        results().forEach(result -> description.add(result.name(), ElementTypes.of(result.shape())));
        return description;
    }

    /** Frees the programs and weights on all devices; runs in progress end first. */
    @Override
    public synchronized void close() {
        closed = true;
        placed.values().forEach(PlacedProgram::close);
        placed.clear();
    }

    @Override
    public String toString() {
        return name() + inputs + " -> " + Arrays.toString(results().toArray());
    }
}
