package io.meshtransformer.gptj.torch;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.ModelFormatException;
import io.meshtransformer.gptj.WeightComparison;
import io.meshtransformer.gptj.WeightMap;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.source.AbstractModelSource;
import io.meshtransformer.gptj.source.ArchiveChecks;
import io.meshtransformer.gptj.source.CopyProgress;
import io.meshtransformer.gptj.source.ModelSource;
import io.meshtransformer.gptj.source.StoredMatrix;
import io.meshtransformer.gptj.training.StateTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * A model directory as Hugging Face's before safetensors: {@code config.json} with {@code pytorch_model.bin}, or with
 * shards and {@code pytorch_model.bin.index.json}.
 */
public final class TorchCheckpoint extends AbstractModelSource {
    private static final String SINGLE_FILE = "pytorch_model.bin";
    private static final String INDEX_FILE = "pytorch_model.bin.index.json";

    private final Path directory;
    private final GptjConfig config;
    private final List<TorchFile> files;
    private final Map<String, StoredMatrix> matrices;
    private final SequencedMap<StateTensor, Shape> tensors;

    private TorchCheckpoint(
            Path directory, GptjConfig config, List<TorchFile> files, Map<String, StoredMatrix> matrices) {
        this.directory = directory;
        this.config = config;
        this.files = List.copyOf(files);
        this.matrices = Map.copyOf(matrices);
        this.tensors = ModelSource.parameters(config);
    }

    /** Whether a directory has such weights. */
    public static boolean isOne(Path directory) {
        return Files.exists(directory.resolve(SINGLE_FILE)) || Files.exists(directory.resolve(INDEX_FILE));
    }

    /**
     * Opens a model directory and checks it against its configuration, without reading the weights.
     *
     * @throws ModelFormatException if a file is missing or not what it must be
     */
    public static TorchCheckpoint open(Path directory) throws IOException {
        var config = GptjConfig.read(directory.resolve("config.json"));
        var files = new ArrayList<TorchFile>();
        try {
            for (var name : fileNames(directory)) {
                files.add(TorchFile.open(directory.resolve(name)));
            }
            return new TorchCheckpoint(directory, config, files, matrices(directory, config, files));
        } catch (Throwable e) {
            for (var file : files) {
                file.close();
            }
            throw e;
        }
    }

    private static Set<String> fileNames(Path directory) throws IOException {
        if (Files.exists(directory.resolve(SINGLE_FILE))) {
            return Set.of(SINGLE_FILE);
        }
        var problems = new ArrayList<String>();
        var names =
                new TreeSet<>(WeightMap.read(directory, INDEX_FILE, problems).values());
        names.stream()
                .filter(name -> !Files.isRegularFile(directory.resolve(name)))
                .forEach(name -> problems.add(
                        "there is no shard " + name + " in the directory, though " + INDEX_FILE + " names it"));
        requireNone(directory, problems);
        return names;
    }

    private static Map<String, StoredMatrix> matrices(Path directory, GptjConfig config, List<TorchFile> files)
            throws IOException {
        var problems = new ArrayList<String>();
        var found = new HashMap<String, WeightComparison.Found>();
        var fileOfTensor = new HashMap<String, TorchFile>();
        for (var file : files) {
            file.tensors().forEach((name, tensor) -> {
                found.put(name, new WeightComparison.Found(tensor.storage().type(), tensor.shape()));
                var other = fileOfTensor.put(name, file);
                if (other != null) {
                    problems.add(
                            "tensor " + name + " is both in " + other.file().getFileName() + " and in "
                                    + file.file().getFileName());
                }
            });
        }
        var parameters = ModelSource.parameters(config);
        var wanted = GptjTensors.shapes(config);
        problems.addAll(WeightComparison.problems(wanted, found, Set.of()));
        requireNone(directory, problems);
        var matrices = new HashMap<String, StoredMatrix>();
        for (var tensor : parameters.keySet()) {
            matrices.put(tensor.name(), fileOfTensor.get(tensor.name()).matrix(tensor.name()));
        }
        return matrices;
    }

    private static void requireNone(Path directory, List<String> problems) throws IOException {
        if (!problems.isEmpty()) {
            throw new ModelFormatException.InvalidWeights(directory, problems, null);
        }
    }

    @Override
    public GptjConfig config() {
        return config;
    }

    @Override
    public DataType type() {
        var types =
                matrices.values().stream().map(StoredMatrix::type).distinct().toList();
        return types.size() == 1 ? types.getFirst() : DataType.F32;
    }

    @Override
    public long step() {
        return 0;
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return tensors;
    }

    @Override
    public void verify(CopyProgress progress) throws IOException {
        ArchiveChecks.verify(files.stream().map(TorchFile::archive).toList(), progress);
    }

    @Override
    protected void readChecked(
            StateTensor tensor, long row, int rows, long column, int columns, float[] values, int from)
            throws IOException {
        matrices.get(tensor.name()).read(row, rows, column, columns, values, from, columns);
    }

    @Override
    public void close() throws IOException {
        for (var file : files) {
            file.close();
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
