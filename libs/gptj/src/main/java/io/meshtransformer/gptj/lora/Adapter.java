package io.meshtransformer.gptj.lora;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.ModelFormatException;
import io.meshtransformer.gptj.safetensors.SafetensorsFile;
import io.meshtransformer.gptj.safetensors.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeSet;

/**
 * A LoRA adapter in PEFT's layout: for some matrices W of a model, A {@code [rank, in]} and B {@code [out, rank]}, so that
 * the model has W + scale · B A in their place (Hu et al. 2021).
 */
public final class Adapter implements AutoCloseable {
    public static final String WEIGHTS = "adapter_model.safetensors";

    private static final String PREFIX = "base_model.model.";
    private static final String DOWN = ".lora_A.weight";
    private static final String UP = ".lora_B.weight";
    private static final String WEIGHT = ".weight";

    private final Path directory;
    private final AdapterConfig config;
    private final SafetensorsFile file;
    private final SequencedSet<String> weights;

    private Adapter(Path directory, AdapterConfig config, SafetensorsFile file, SequencedSet<String> weights) {
        this.directory = directory;
        this.config = config;
        this.file = file;
        this.weights = Collections.unmodifiableSequencedSet(weights);
    }

    /** Whether a directory has an adapter's configuration. */
    public static boolean isOne(Path directory) {
        return Files.isRegularFile(directory.resolve(AdapterConfig.FILE));
    }

    /**
     * Why a directory with an adapter is no model, and what makes one of it.
     *
     * @throws ModelFormatException.InvalidConfig if the adapter's configuration is wrong
     */
    public static String isNoModel(Path directory) throws IOException {
        var base = AdapterConfig.read(directory.resolve(AdapterConfig.FILE)).base();
        return "it holds a LoRA adapter and no model; this merges it into one: mtj convert "
                + (base.isEmpty() ? "BASE" : base) + " MERGED --adapter " + directory;
    }

    /**
     * Opens an adapter and checks that it is one of this model.
     *
     * @throws ModelFormatException if a file is missing or wrong, a tensor belongs to no matrix of the model, one of a
     *     pair is missing, or a shape does not fit; names every one
     */
    public static Adapter open(Path directory, GptjConfig model) throws IOException {
        var config = AdapterConfig.read(directory.resolve(AdapterConfig.FILE));
        var file = SafetensorsFile.open(directory.resolve(WEIGHTS));
        try {
            return new Adapter(directory, config, file, weights(directory, config, file, GptjTensors.shapes(model)));
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    private static SequencedSet<String> weights(
            Path directory, AdapterConfig config, SafetensorsFile file, SequencedMap<String, Shape> model)
            throws IOException {
        var problems = new ArrayList<String>();
        var weights = new TreeSet<String>();
        for (var entry : file.entries().values()) {
            var weight = weight(entry.name());
            var matrix = model.get(weight);
            if (matrix == null || matrix.dimensions().size() != 2) {
                problems.add("tensor " + entry.name() + " belongs to no matrix of this GPT-J");
            } else if (weights.add(weight)) {
                compare(
                        file,
                        down(weight),
                        Shape.of(config.rank(), matrix.dimensions().getLast()),
                        problems);
                compare(file, up(weight), Shape.of(matrix.dimensions().getFirst(), config.rank()), problems);
            }
        }
        if (weights.isEmpty() && problems.isEmpty()) {
            problems.add(WEIGHTS + " has no adapter");
        }
        if (!problems.isEmpty()) {
            throw new ModelFormatException.InvalidWeights(directory, problems, null);
        }
        return weights;
    }

    private static void compare(SafetensorsFile file, String name, Shape wanted, List<String> problems) {
        var entry = file.entries().get(name);
        if (entry == null) {
            problems.add("tensor " + name + " of shape " + wanted + " is missing");
        } else if (!entry.shape().equals(wanted)) {
            problems.add("tensor " + name + " has shape " + entry.shape() + ", it must be " + wanted);
        } else if (!entry.type().isReadable()) {
            problems.add("tensor " + name + " is " + entry.type() + ", it must be F32, F16 or BF16");
        }
    }

    /** The weight that a tensor of the adapter changes, or the tensor's own name where it changes none. */
    private static String weight(String tensor) {
        for (var suffix : List.of(DOWN, UP)) {
            if (tensor.startsWith(PREFIX) && tensor.endsWith(suffix)) {
                return tensor.substring(PREFIX.length(), tensor.length() - suffix.length()) + WEIGHT;
            }
        }
        return tensor;
    }

    /** Whether a tensor is an A. */
    static boolean isDown(String tensor) {
        return tensor.endsWith(DOWN);
    }

    private static String module(String weight) {
        return PREFIX + weight.substring(0, weight.length() - WEIGHT.length());
    }

    static String down(String weight) {
        return module(weight) + DOWN;
    }

    static String up(String weight) {
        return module(weight) + UP;
    }

    /** Names of the weights that it changes. */
    public SequencedSet<String> weights() {
        return weights;
    }

    /** Adds scale · B A to a rectangle of a weight, in fp32. */
    void add(String weight, long row, int rows, long column, int columns, float[] values, int from) throws IOException {
        var rank = config.rank();
        var up = new float[rows * rank];
        file.read(up(weight), row * rank, up, 0, up.length);
        var down = new float[rank * columns];
        var width = file.entry(down(weight)).shape().dimensions().getLast();
        for (var r = 0; r < rank; r++) {
            file.read(down(weight), r * width + column, down, r * columns, columns);
        }
        var product = new float[columns];
        for (var i = 0; i < rows; i++) {
            multiply(up, i * rank, down, rank, product);
            for (var j = 0; j < columns; j++) {
                values[from + i * columns + j] += config.scale() * product[j];
            }
        }
    }

    private static void multiply(float[] up, int at, float[] down, int rank, float[] product) {
        Arrays.fill(product, 0);
        for (var r = 0; r < rank; r++) {
            var factor = up[at + r];
            var begin = r * product.length;
            for (var j = 0; j < product.length; j++) {
                product[j] += factor * down[begin + j];
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
