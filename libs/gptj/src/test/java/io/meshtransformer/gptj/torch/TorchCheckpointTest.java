package io.meshtransformer.gptj.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.ModelFormatException;
import io.meshtransformer.gptj.archive.StoredArchive;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.source.CopyProgress;
import io.meshtransformer.gptj.source.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against files that PyTorch wrote; {@code make.py} beside them says how and what is in them. */
class TorchCheckpointTest {
    private static final Path FILES =
            Path.of(System.getProperty("mtj.root"), "libs/gptj/src/test/resources/io/meshtransformer/gptj/torch");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"f32, F32", "f16, F16", "bf16-sharded, BF16"})
    void readsWhatPytorchSaved(String name, DataType type) throws IOException {
        try (var checkpoint = TorchCheckpoint.open(FILES.resolve(name))) {
            checkpoint.verify(CopyProgress.SILENT);
            assertThat(checkpoint.type()).isEqualTo(type);
            assertThat(checkpoint.tensors()).isEqualTo(ModelSource.parameters(checkpoint.config()));
            var number = 0;
            for (var tensor : checkpoint.tensors().entrySet()) {
                var values = new float[(int) tensor.getValue().elements()];
                checkpoint.read(tensor.getKey(), 0, values, 0, values.length);
                for (var i = 0; i < values.length; i++) {
                    assertThat(values[i])
                            .as("%s, element %d", tensor.getKey().name(), i)
                            .isEqualTo(((31 * number + i) % 257 - 128) / 64f);
                }
                number++;
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            legacy  | it is in PyTorch's format from before 1.6, a bare pickle
            strided | tensor transformer.h.0.attn.q_proj.weight of shape [4, 4] has strides [8, 1]; read are tensors in their own order
            nested  | its pickle has epoch, which is no tensor by name: is it a training checkpoint?
            """)
    void refusesByNameWhatIsNoStateDict(String name, String problem) {
        assertThatThrownBy(() -> TorchCheckpoint.open(FILES.resolve(name)))
                .isInstanceOf(ModelFormatException.InvalidArchive.class)
                .hasMessageStartingWith(FILES.resolve(name).resolve("pytorch_model.bin") + ": " + problem);
    }

    @Test
    void namesAShardThatIsNotThere() throws IOException {
        var source = FILES.resolve("bf16-sharded");
        for (var file :
                new String[] {"config.json", "pytorch_model.bin.index.json", "pytorch_model-00001-of-00002.bin"}) {
            Files.copy(source.resolve(file), directory.resolve(file));
        }
        assertThatThrownBy(() -> TorchCheckpoint.open(directory))
                .isInstanceOf(ModelFormatException.InvalidWeights.class)
                .hasMessage(directory + ": there is no shard pytorch_model-00002-of-00002.bin in the directory, though"
                        + " pytorch_model.bin.index.json names it");
    }

    @Test
    void namesWhatTheConfigurationAsksForAndTheFileHasNot() throws IOException {
        var source = FILES.resolve("f32");
        Files.copy(source.resolve("pytorch_model.bin"), directory.resolve("pytorch_model.bin"));
        Files.writeString(
                directory.resolve("config.json"),
                Files.readString(source.resolve("config.json")).replace("\"n_layer\": 1", "\"n_layer\": 2"));
        assertThatThrownBy(() -> TorchCheckpoint.open(directory))
                .isInstanceOf(ModelFormatException.InvalidWeights.class)
                .hasMessageContaining("tensor transformer.h.1.mlp.fc_in.weight of shape [16, 4] is missing");
    }

    @Test
    void noBytesOfAPickleDoAnythingButFailOrRead() throws IOException {
        byte[] pickle;
        try (var archive = StoredArchive.open(FILES.resolve("f16/pytorch_model.bin"))) {
            pickle = archive.bytes(archive.entries().get("pytorch_model/data.pkl"), 1 << 20);
        }
        var refused = 0;
        for (var at = 0; at < pickle.length; at++) {
            for (var value : new int[] {0, '.', 'R', 'Q', 'u', 0x94, 0xFF}) {
                var broken = pickle.clone();
                broken[at] = (byte) value;
                refused += refused(broken) ? 1 : 0;
            }
            assertThat(refused(Arrays.copyOf(pickle, at))).isTrue();
        }
        assertThat(refused).isGreaterThan(pickle.length);
    }

    private static boolean refused(byte[] pickle) {
        try {
            Unpickler.read(pickle);
            return false;
        } catch (Unpickler.RefusedException e) {
            return true;
        }
    }
}
