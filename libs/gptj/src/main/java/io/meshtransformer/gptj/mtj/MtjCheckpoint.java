package io.meshtransformer.gptj.mtj;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.archive.StoredArchive;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.source.AbstractModelSource;
import io.meshtransformer.gptj.source.ArchiveChecks;
import io.meshtransformer.gptj.source.CopyProgress;
import io.meshtransformer.gptj.source.ModelSource;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A checkpoint of mesh-transformer-jax, version 1, slim or full, with any number of shards:
 * {@code step_N/shard_S/F.npz}. Facts: its {@code checkpoint.py}, {@code layers.py} and {@code to_hf_weights.py}.
 *
 * <p>It has one tensor that Hugging Face's layout has not, {@link StateTensor#EMBEDDING_BIAS}. A bias of which every
 * shard has a copy is the sum of the copies, for that is what the model sees; its moments are those of shard 0, for every
 * copy gets the whole gradient. Layer norms are those of shard 0.
 */
public final class MtjCheckpoint extends AbstractModelSource {
    private final Path directory;
    private final MtjConfig config;
    private final MtjLayout layout;
    private final JsonNode dataLoader;
    private final List<StoredArchive> archives;
    private final List<List<MtjArray>> arraysOfShards;
    private final Map<StateTensor, Integer> leafOfTensor = new LinkedHashMap<>();
    private final Map<String, Long> counters = new LinkedHashMap<>();
    private final List<MtjLeaf> leaves;
    private final SequencedMap<StateTensor, Shape> tensors = new LinkedHashMap<>();
    private final List<String> remarks;

    MtjCheckpoint(
            Path directory,
            MtjConfig config,
            MtjLayout layout,
            boolean full,
            JsonNode dataLoader,
            List<StoredArchive> archives,
            List<List<MtjArray>> arraysOfShards)
            throws IOException {
        this.directory = directory;
        this.config = config;
        this.layout = layout;
        this.dataLoader = dataLoader;
        this.archives = List.copyOf(archives);
        this.arraysOfShards = List.copyOf(arraysOfShards);
        this.leaves = layout.leaves(full);
        for (var leaf = 0; leaf < leaves.size(); leaf++) {
            switch (leaves.get(leaf)) {
                case MtjLeaf.Counter(var path) ->
                    counters.put(path, arraysOfShards.getFirst().get(leaf).counter());
                case MtjLeaf.Weight weight -> leafOfTensor.put(weight.tensor(), leaf);
            }
        }
        order(full);
        this.remarks = new MtjCopies(leaves, layout, arraysOfShards).remarks(counters);
    }

    /** Parameters as Hugging Face orders them, then both moments likewise. */
    private void order(boolean full) {
        for (var kind : full ? List.of(Kind.values()) : List.of(Kind.PARAMETER)) {
            for (var tensor : ModelSource.parameters(config.model()).keySet()) {
                put(new StateTensor(kind, tensor.name()));
                if (tensor.name().equals(GptjTensors.EMBEDDING)) {
                    put(new StateTensor(kind, StateTensor.EMBEDDING_BIAS));
                }
            }
        }
    }

    private void put(StateTensor tensor) {
        tensors.put(tensor, layout.logical(tensor));
    }

    /** Whether a directory is meant to be such a checkpoint, whole or not. */
    public static boolean isOne(Path directory) throws IOException {
        return MtjOpener.isOne(directory);
    }

    /**
     * Opens a model directory ({@code meta.json}, {@code step_N}) or one of its steps, and checks every file.
     *
     * @param config where {@code config.json} is neither beside the shards nor beside {@code meta.json}
     * @throws io.meshtransformer.gptj.ModelFormatException if a file is missing or not what it must be; names every one
     */
    public static MtjCheckpoint open(Path directory, Optional<Path> config) throws IOException {
        return new MtjOpener(directory, config).open();
    }

    @Override
    public GptjConfig config() {
        return config.model();
    }

    /** With what the configuration says of the run. */
    MtjConfig runConfig() {
        return config;
    }

    /** A count by its path in the saved tree; where the optimiser's state is not there, the run's step. */
    long counter(String path) {
        return counters.getOrDefault(path, counters.get(MtjLayout.STEP));
    }

    /** Where the run stood in its data, if the checkpoint says so. */
    Optional<JsonNode> dataLoader() {
        return Optional.ofNullable(dataLoader);
    }

    public int shards() {
        return layout.shards();
    }

    @Override
    public DataType type() {
        var types = leafOfTensor.entrySet().stream()
                .filter(entry -> entry.getKey().kind() == Kind.PARAMETER)
                .map(entry -> arraysOfShards.getFirst().get(entry.getValue()).type())
                .distinct()
                .toList();
        return types.size() == 1 ? types.getFirst() : DataType.F32;
    }

    /** Adam's count, or the run's step where the optimiser's state is not there. */
    @Override
    public long step() {
        return counter(MtjLayout.ADAM_COUNT);
    }

    @Override
    public SequencedMap<StateTensor, Shape> tensors() {
        return Collections.unmodifiableSequencedMap(tensors);
    }

    @Override
    public void verify(CopyProgress progress) throws IOException {
        ArchiveChecks.verify(archives, progress);
    }

    @Override
    public List<String> remarks() {
        return remarks;
    }

    @Override
    protected void readChecked(
            StateTensor tensor, long row, int rows, long column, int columns, float[] values, int from)
            throws IOException {
        int leaf = leafOfTensor.get(tensor);
        var split = ((MtjLeaf.Weight) leaves.get(leaf)).split();
        switch (split) {
            case SUMMED -> readCopies(tensor, leaf, (int) column, columns, values, from);
            case FIRST ->
                array(0, leaf).matrix(1, width(tensor), false).read(0, rows, column, columns, values, from, columns);
            case VOCABULARY, OUTPUTS, INPUTS, PARTS -> {
                for (var shard = 0; shard < shards(); shard++) {
                    readPart(tensor, split, shard, leaf, row, rows, column, columns, values, from);
                }
            }
        }
    }

    /** What of the rectangle lies in a shard. */
    private void readPart(
            StateTensor tensor,
            Split split,
            int shard,
            int leaf,
            long row,
            int rows,
            long column,
            int columns,
            float[] values,
            int from)
            throws IOException {
        var cutsRows = split == Split.VOCABULARY || split == Split.OUTPUTS;
        var height = ModelSource.rows(tensors.get(tensor)) / (cutsRows ? shards() : 1);
        var width = width(tensor) / (cutsRows ? 1 : shards());
        var firstRow = cutsRows ? shard * height : 0;
        var firstColumn = cutsRows ? 0 : shard * width;
        var rowBegin = Math.max(row, firstRow);
        var rowEnd = Math.min(row + rows, firstRow + height);
        var columnBegin = Math.max(column, firstColumn);
        var columnEnd = Math.min(column + columns, firstColumn + width);
        if (rowBegin < rowEnd && columnBegin < columnEnd) {
            array(shard, leaf)
                    .matrix(height, width, split == Split.OUTPUTS || split == Split.INPUTS)
                    .read(
                            rowBegin - firstRow,
                            (int) (rowEnd - rowBegin),
                            columnBegin - firstColumn,
                            (int) (columnEnd - columnBegin),
                            values,
                            from + (int) (rowBegin - row) * columns + (int) (columnBegin - column),
                            columns);
        }
    }

    /** A bias is the sum of its copies, rounded once: the sum of equal copies is exact. */
    private void readCopies(StateTensor tensor, int leaf, int column, int columns, float[] values, int from)
            throws IOException {
        var width = (int) width(tensor);
        var copies = tensor.kind() == Kind.PARAMETER ? shards() : 1;
        // What no copy changes, so that a sum of negative zeros is one.
        var sum = new double[width];
        Arrays.fill(sum, -0.0);
        for (var shard = 0; shard < copies; shard++) {
            var copy = array(shard, leaf).vector(width);
            for (var i = 0; i < width; i++) {
                sum[i] += copy[i];
            }
        }
        for (var i = 0; i < columns; i++) {
            values[from + i] = (float) sum[column + i];
        }
    }

    private long width(StateTensor tensor) {
        return ModelSource.columns(tensors.get(tensor));
    }

    private MtjArray array(int shard, int leaf) {
        return arraysOfShards.get(shard).get(leaf);
    }

    @Override
    public void close() throws IOException {
        MtjOpener.closeAll(archives);
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
