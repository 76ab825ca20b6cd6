package io.meshtransformer.gptj.mtj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.ModelFormatException;
import io.meshtransformer.gptj.archive.NpyHeader;
import io.meshtransformer.gptj.archive.StoredArchive;
import io.meshtransformer.gptj.archive.StoredArchiveWriter;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.source.CopyProgress;
import io.meshtransformer.gptj.source.HeapSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint that is not what it must be is refused by the file's name. */
class MtjOpenerTest {
    private static final GptjConfig CONFIG = new GptjConfig(10, 8, 12, 2, 2, 4, 48, 1e-5f, 9, 9);

    @TempDir
    private Path directory;

    private Path step;

    @BeforeEach
    void write() throws IOException {
        MtjWriter.write(
                HeapSource.random(CONFIG, DataType.F32, false, 3), directory, 2, DataType.F32, CopyProgress.SILENT);
        step = directory.resolve("step_0");
    }

    @Test
    void aStepAloneIsOpenedWithTheConfigurationBesideOrGiven() throws IOException {
        MtjCheckpoint.open(step, Optional.empty()).close();
        var config = directory.resolveSibling(directory.getFileName() + "-config.json");
        Files.move(directory.resolve("config.json"), config);
        assertThatThrownBy(() -> MtjCheckpoint.open(step, Optional.empty()))
                .isInstanceOf(ModelFormatException.InvalidConfig.class)
                .hasMessageStartingWith(directory.resolve("config.json") + ": there is no such file");
        MtjCheckpoint.open(step, Optional.of(config)).close();
        Files.delete(config);
    }

    @Test
    void namesAMissingShard() throws IOException {
        Files.move(step.resolve("shard_1"), step.resolve("elsewhere"));
        assertProblem("there is no " + step.resolve("shard_1") + ", of 2 shards");
    }

    @Test
    void namesAMissingFile() throws IOException {
        Files.delete(step.resolve("shard_1/7.npz"));
        assertProblem("there is no " + step.resolve("shard_1/7.npz") + ", a shard has 16 files");
    }

    @Test
    void namesTheFileWithTooFewArrays() throws IOException {
        var file = step.resolve("shard_0/2.npz");
        Files.delete(file);
        try (var archive = StoredArchiveWriter.create(file)) {
            archive.complete();
        }
        assertProblem(file + " has 0 arrays, it must have 2, for 27 in 16 files");
    }

    @Test
    void namesAnArrayOfAnotherShapeOrType() throws IOException {
        var file = step.resolve("shard_1/15.npz");
        Files.delete(file);
        try (var archive = StoredArchiveWriter.create(file)) {
            archive.begin("arr_0.npy");
            archive.write(NpyHeader.of(DataType.F32, Shape.of()));
            archive.write(ByteBuffer.allocate(4));
            archive.complete();
        }
        assertProblem(file + ", arr_0 (step) is F32, it must be I32");
        var config = directory.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"n_vocab\" : 10", "\"n_vocab\" : 20"));
        assertThatThrownBy(() -> MtjCheckpoint.open(directory, Optional.empty()))
                .hasMessageContaining(step.resolve("shard_0/0.npz")
                        + ", arr_1 (params/causal_transformer_shard/~/embedding_shard/~/linear/w) has shape [5, 12],"
                        + " the configuration asks for [10, 12]");
    }

    @Test
    void namesATruncatedFile() throws IOException {
        var file = step.resolve("shard_0/3.npz");
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(open.length() - 40);
        }
        assertThatThrownBy(() -> MtjCheckpoint.open(directory, Optional.empty()))
                .isInstanceOf(ModelFormatException.InvalidArchive.class)
                .hasMessage(file + ": it has no end of a zip archive: is it truncated?");
    }

    @Test
    void aFlippedByteIsFoundAndNamed() throws IOException {
        try (var checkpoint = MtjCheckpoint.open(directory, Optional.empty())) {
            checkpoint.verify(CopyProgress.SILENT);
        }
        var file = step.resolve("shard_1/4.npz");
        add(file, 0, 1e-3f);
        try (var checkpoint = MtjCheckpoint.open(directory, Optional.empty())) {
            assertThatThrownBy(() -> checkpoint.verify(CopyProgress.SILENT))
                    .isInstanceOf(ModelFormatException.InvalidArchive.class)
                    .hasMessageStartingWith(file + ": arr_0.npy is not what was written: its CRC-32 is ");
        }
    }

    @Test
    void namesAConfigurationThatIsNoGptj() throws IOException {
        var config = directory.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replace("layernorm", "rmsnorm").replace("\"layers\" : 2", "\"layers\" : 0"));
        assertThatThrownBy(() -> MtjCheckpoint.open(directory, Optional.empty()))
                .isInstanceOf(ModelFormatException.InvalidConfig.class)
                .hasMessage(config + " has 2 problems: norm is rmsnorm, a GPT-J's is layernorm; layers is 0, it must be"
                        + " from 1 to 4194304");
    }

    @Test
    void theStepThatMetaNamesMustBeThere() throws IOException {
        Files.move(step, directory.resolve("step_3"));
        assertProblem("meta.json says step 0, but there is no step_0");
        Files.delete(directory.resolve("meta.json"));
        MtjCheckpoint.open(directory, Optional.empty()).close();
    }

    @Test
    void copiesThatDifferAreReported() throws IOException {
        // Arrays 0 of the first file, a bias of which each shard has a copy, and 0 of the sixth, offset of a layer
        // norm.
        add(step.resolve("shard_1/0.npz"), 0, 0.5f);
        add(step.resolve("shard_1/5.npz"), 0, 0.25f);
        try (var checkpoint = MtjCheckpoint.open(directory, Optional.empty())) {
            assertThat(checkpoint.remarks())
                    .containsExactly(
                            "1 biases that should be equal in all shards are not, by at most 0.5"
                                    + " (params/causal_transformer_shard/~/embedding_shard/~/linear/b); their sum is taken",
                            "1 layer norms have other values in shards from 1 on than a run leaves there, by at most 0.25"
                                    + " (params/causal_transformer_shard/~/layer_0/~/replicated_layer_norm/offset); those of"
                                    + " shard 0 are taken, as the model does");
        }
    }

    private static void add(Path file, int array, float value) throws IOException {
        long begin;
        try (var archive = StoredArchive.open(file)) {
            var entry = archive.entries().get("arr_" + array + ".npy");
            begin = entry.begin() + NpyHeader.read(archive, entry).bytes();
        }
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(begin);
            var bytes = new byte[4];
            open.readFully(bytes);
            var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            buffer.putFloat(0, buffer.getFloat(0) + value);
            open.seek(begin);
            open.write(bytes);
        }
    }

    private void assertProblem(String problem) {
        assertThatThrownBy(() -> MtjCheckpoint.open(directory, Optional.empty()))
                .isInstanceOf(ModelFormatException.InvalidWeights.class)
                .hasMessage(directory + ": " + problem);
    }
}
