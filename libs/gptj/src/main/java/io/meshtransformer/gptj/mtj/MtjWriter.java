package io.meshtransformer.gptj.mtj;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.gptj.archive.NpyHeader;
import io.meshtransformer.gptj.archive.StoredArchiveWriter;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.WriteBuffer;
import io.meshtransformer.gptj.source.CopyProgress;
import io.meshtransformer.gptj.source.ModelSource;
import io.meshtransformer.gptj.source.StoredMatrix;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a checkpoint that mesh-transformer-jax reads: slim for a model, full where the source has both moments.
 *
 * <p>What the model sees as a sum is cut into equal copies, which is exact for the numbers of shards
 * that are allowed, but for biases below shards x 2^-14 in F16, whose copies are subnormal: these are off by shards x 2^-25
 * at most.
 * Layer norms stand in shard 0; the others get 1 and 0, which is what a run leaves there, for it reads shard 0's alone
 * and so gives the others no gradient.
 */
public final class MtjWriter {
    /** Powers of two, so that a bias is cut without rounding. */
    public static final List<Integer> SHARDS = List.of(1, 2, 4, 8, 16);

    /** Elements that are turned at a time: 32 MB, and as much again for the result. */
    private static final int MOST_ELEMENTS = 1 << 23;

    private final ModelSource source;
    private final MtjLayout layout;
    private final DataType type;
    private final CopyProgress progress;
    private final MtjConfig config;
    private final boolean full;
    private final WriteBuffer buffer = new WriteBuffer();
    private long written;
    private long total;

    private MtjWriter(ModelSource source, int shards, DataType type, CopyProgress progress) {
        this.source = source;
        this.layout = new MtjLayout(source.config(), shards);
        this.type = type;
        this.progress = progress;
        this.config = source instanceof MtjCheckpoint mtj
                ? mtj.runConfig().withCoresPerReplica(shards)
                : MtjConfig.of(source.config(), shards);
        this.full = source.tensors().keySet().stream().anyMatch(tensor -> tensor.kind() != Kind.PARAMETER);
    }

    /**
     * Writes {@code config.json}, {@code step_N} and, when all of it is on the disk, {@code meta.json}.
     *
     * @param directory that is there and empty
     * @param type of the weights; moments are fp32
     * @throws IllegalArgumentException if mesh-transformer-jax has no such model or number of shards, or a finite value
     *     would become infinite
     */
    public static void write(ModelSource source, Path directory, int shards, DataType type, CopyProgress progress)
            throws IOException {
        if (!SHARDS.contains(shards)) {
            throw new IllegalArgumentException(
                    shards + " shards: a mesh-transformer-jax checkpoint is written with 1, 2, 4, 8 or 16");
        }
        var writer = new MtjWriter(source, shards, type, progress);
        var problems = writer.layout.problems();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        writer.write(directory);
    }

    private void write(Path directory) throws IOException {
        var leaves = layout.leaves(full);
        total = leaves.stream().mapToLong(leaf -> bytes(leaf) * layout.shards()).sum();
        var step = directory.resolve("step_" + counter(MtjLayout.STEP));
        for (var shard = 0; shard < layout.shards(); shard++) {
            Files.createDirectories(step.resolve("shard_" + shard));
        }
        var first = 0;
        for (var file = 0; file < MtjLayout.FILES; file++) {
            var arrays = MtjLayout.arrays(leaves.size(), file);
            writeFiles(step, file, leaves.subList(first, first + arrays));
            first += arrays;
        }
        config.write(directory.resolve("config.json"));
        new MtjMeta(counter(MtjLayout.STEP), dataLoader()).write(directory.resolve(MtjMeta.FILE));
    }

    private long counter(String path) {
        return source instanceof MtjCheckpoint mtj ? mtj.counter(path) : source.step();
    }

    private JsonNode dataLoader() {
        return source instanceof MtjCheckpoint mtj ? mtj.dataLoader().orElse(null) : null;
    }

    private DataType type(MtjLeaf leaf) {
        return switch (leaf) {
            case MtjLeaf.Counter _ -> DataType.I32;
            case MtjLeaf.Weight weight -> weight.tensor().kind() == Kind.PARAMETER ? type : DataType.F32;
        };
    }

    private long bytes(MtjLeaf leaf) {
        return layout.shape(leaf).elements() * type(leaf).bytes();
    }

    /** The file of one number in every shard at once, so that each weight is read in one go. */
    private void writeFiles(Path step, int file, List<MtjLeaf> leaves) throws IOException {
        var archives = new ArrayList<StoredArchiveWriter>();
        try {
            for (var shard = 0; shard < layout.shards(); shard++) {
                archives.add(StoredArchiveWriter.create(
                        step.resolve("shard_" + shard).resolve(file + ".npz")));
            }
            for (var number = 0; number < leaves.size(); number++) {
                var leaf = leaves.get(number);
                for (var shard = 0; shard < layout.shards(); shard++) {
                    var archive = archives.get(shard);
                    archive.begin("arr_" + number + ".npy");
                    archive.write(NpyHeader.of(type(leaf), layout.shape(leaf)));
                    switch (leaf) {
                        case MtjLeaf.Counter(var path) -> writeCounter(path, archive);
                        case MtjLeaf.Weight weight -> writeWeight(weight, shard, archive);
                    }
                }
            }
            for (var archive : archives) {
                archive.complete();
            }
        } finally {
            for (var archive : archives) {
                archive.close();
            }
        }
    }

    private void writeCounter(String path, StoredArchiveWriter archive) throws IOException {
        archive.write(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(Math.toIntExact(counter(path)))
                .flip());
    }

    private void writeWeight(MtjLeaf.Weight weight, int shard, StoredArchiveWriter archive) throws IOException {
        var tensor = weight.tensor();
        if (!source.tensors().containsKey(tensor)) {
            // The bias of the embedding, which other layouts don't have.
            writeConstant(weight, 0, archive);
            return;
        }
        var rows = (int) ModelSource.rows(layout.logical(tensor));
        var columns = (int) ModelSource.columns(layout.logical(tensor));
        switch (weight.split()) {
            case VOCABULARY ->
                writeRows(weight, shard * (rows / layout.shards()), rows / layout.shards(), columns, archive);
            case OUTPUTS ->
                writeTurned(weight, shard * (rows / layout.shards()), rows / layout.shards(), 0, columns, archive);
            case INPUTS ->
                writeTurned(weight, 0, rows, shard * (columns / layout.shards()), columns / layout.shards(), archive);
            case PARTS -> {
                var values = new float[columns / layout.shards()];
                source.readRectangle(tensor, 0, 1, (long) shard * values.length, values.length, values, 0);
                write(weight, values, values.length, archive);
            }
            case SUMMED -> writeCopy(weight, columns, archive);
            case FIRST -> {
                if (shard == 0) {
                    writeRows(weight, 0, 1, columns, archive);
                } else {
                    writeConstant(weight, MtjCopies.initial(weight), archive);
                }
            }
        }
    }

    /** One of the equal copies whose sum the weight is; of its moments, the whole. */
    private void writeCopy(MtjLeaf.Weight weight, int columns, StoredArchiveWriter archive) throws IOException {
        var values = new float[columns];
        source.readRectangle(weight.tensor(), 0, 1, 0, columns, values, 0);
        if (weight.tensor().kind() == Kind.PARAMETER) {
            for (var i = 0; i < columns; i++) {
                values[i] /= layout.shards();
            }
        }
        write(weight, values, columns, archive);
    }

    private void writeRows(MtjLeaf.Weight weight, int row, int rows, int columns, StoredArchiveWriter archive)
            throws IOException {
        var most = Math.clamp(MOST_ELEMENTS / columns, 1, rows);
        var values = new float[most * columns];
        for (var done = 0; done < rows; done += most) {
            var part = Math.min(most, rows - done);
            source.readRectangle(weight.tensor(), row + done, part, 0, columns, values, 0);
            write(weight, values, part * columns, archive);
        }
    }

    /** Columns of the rectangle become rows of the array. */
    private void writeTurned(
            MtjLeaf.Weight weight, int row, int rows, int column, int columns, StoredArchiveWriter archive)
            throws IOException {
        var most = Math.clamp(MOST_ELEMENTS / rows, 1, columns);
        var values = new float[most * rows];
        var turned = new float[most * rows];
        for (var done = 0; done < columns; done += most) {
            var part = Math.min(most, columns - done);
            source.readRectangle(weight.tensor(), row, rows, column + done, part, values, 0);
            StoredMatrix.turn(values, rows, part, turned, 0, rows);
            write(weight, turned, part * rows, archive);
        }
    }

    private void writeConstant(MtjLeaf.Weight weight, float value, StoredArchiveWriter archive) throws IOException {
        var values = new float[(int) layout.shape(weight).elements()];
        Arrays.fill(values, value);
        write(weight, values, values.length, archive);
    }

    private void write(MtjLeaf.Weight weight, float[] values, int count, StoredArchiveWriter archive)
            throws IOException {
        var leafType = type(weight);
        var most = WriteBuffer.BYTES / leafType.bytes();
        for (var done = 0; done < count; done += most) {
            var part = Math.min(most, count - done);
            archive.write(buffer.narrow(name(weight.tensor()), leafType, values, done, part));
        }
        written += (long) count * leafType.bytes();
        progress.copied(written, total);
    }

    private static String name(StateTensor tensor) {
        return tensor.kind() == Kind.PARAMETER ? tensor.name() : tensor.kind() + " of " + tensor.name();
    }
}
