package io.meshtransformer.xla.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.MalformedModelException;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.training.ParameterStore;
import io.meshtransformer.pjrt.plugin.Pip;
import io.meshtransformer.pjrt.plugin.PluginStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is said in a sentence that names it. */
class ModelErrorTest {
    private static final String DOUBLE = """
            module @double {
              func.func @main(%x: tensor<2xf32> {jax.buffer_donor = true}) -> tensor<2xf32> {
                %0 = stablehlo.add %x, %x : tensor<2xf32>
                return %0 : tensor<2xf32>
              }
            }
            """;

    @TempDir
    private Path directory;

    private Criteria<NDList, NDList> criteria() {
        Xla.engine();
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optEngine("XLA")
                .optModelPath(directory)
                .build();
    }

    private void copy(String model) throws IOException {
        for (var extension : new String[] {".mlir", ".json", ".safetensors"}) {
            Files.copy(Xla.MODELS.resolve(model).resolve(model + extension), directory.resolve(model + extension));
        }
    }

    @Test
    void inputsThatDoNotFitAreNamed() throws Exception {
        try (var model = Xla.criteria("attention").build().loadModel();
                var predictor = model.newPredictor();
                var manager = NDManager.newBaseManager("XLA")) {
            var tokens = manager.zeros(new Shape(2, 6), DataType.INT32);
            var scale = manager.create(1f);
            refuses(
                    predictor,
                    new NDList(tokens),
                    "attention takes 2 inputs [tokens int32(2, 6), scale float32()], it got 1");
            refuses(
                    predictor,
                    new NDList(tokens.reshape(6, 2), scale),
                    "input 0 of attention, tokens: expected int32(2, 6), got int32(6, 2)");
            refuses(
                    predictor,
                    new NDList(tokens.toType(DataType.INT64, false), scale),
                    "input 0 of attention, tokens: expected int32(2, 6), got int64(2, 6)");
            scale.setName("temperature");
            refuses(
                    predictor,
                    new NDList(tokens, scale),
                    "attention takes tokens int32(2, 6), it got inputs named [null, temperature]; give all of them the"
                            + " program's names, or none a name");
        }
    }

    private static void refuses(Predictor<NDList, NDList> predictor, NDList inputs, String sentence) {
        assertThatThrownBy(() -> predictor.predict(inputs)).rootCause().hasMessage(sentence);
    }

    @Test
    void aMissingPluginIsOneSentenceWithTheCommand() {
        var engine =
                new XlaEngine(new XlaSettings("cpu", 1, XlaSettings.NOBODY, new PluginStore(directory, Pip.onPath())));
        for (var attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> engine.newModel("mlp", null))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("the plugin cpu")
                    .hasMessageEndingWith("./mtj plugin install cpu gets it");
        }
    }

    @Test
    void aPluginThatNobodyKnowsIsRefused() {
        var engine = new XlaEngine(new XlaSettings("npu", 1, XlaSettings.NOBODY, PluginStore.ofUser()));
        assertThatThrownBy(engine::newBaseManager)
                .hasMessage(
                        "there is no plugin \"npu\" (MTJ_XLA_PLUGIN): [cpu, tpu, cuda], or a library's path with a /");
    }

    @Test
    void anEmptyDirectoryIsRefused() {
        assertThatThrownBy(() -> criteria().loadModel())
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("there is no .mlir file in ");
    }

    @Test
    void severalProgramsNeedAName() throws Exception {
        Files.writeString(directory.resolve("a.mlir"), DOUBLE);
        Files.writeString(directory.resolve("b.mlir"), DOUBLE);
        assertThatThrownBy(() -> criteria().loadModel())
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("there are [a.mlir, b.mlir] in ")
                .hasMessageEndingWith(": say which with optModelName");
    }

    @Test
    void weightsThatTheProgramLacksAreNamed() throws Exception {
        copy("mlp");
        Files.delete(directory.resolve("mlp.json"));
        assertThatThrownBy(() -> criteria().loadModel())
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("the weights [in.b, in.w, out.b, out.w] in ")
                .hasMessageContaining("which has [arg0, arg1, arg2, arg3, arg4]; mlp.json can give them names");
    }

    @Test
    void weightsOfAnotherShapeAreNamed() throws Exception {
        copy("mlp");
        Files.writeString(
                directory.resolve("mlp.json"), "{\"arguments\": [\"in.b\", \"in.w\", \"x\", \"out.w\", \"out.b\"]}");
        assertThatThrownBy(() -> criteria().loadModel())
                .isInstanceOf(MalformedModelException.class)
                .hasMessage(
                        "the weight out.b of mlp: the program takes float32(4, 16), mlp.safetensors has float32(8)");
    }

    @Test
    void aWrongNumberOfNamesIsRefused() throws Exception {
        copy("mlp");
        Files.writeString(directory.resolve("mlp.json"), "{\"arguments\": [\"x\", \"x\"]}");
        assertThatThrownBy(() -> criteria().loadModel())
                .isInstanceOf(MalformedModelException.class)
                .hasMessageEndingWith("mlp.json has 2 names, 1 of them different; the program has 5 arguments");
    }

    @Test
    void aTruncatedWeightFileIsRefused() throws Exception {
        copy("mlp");
        var file = directory.resolve("mlp.safetensors");
        var bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));
        assertThatThrownBy(() -> criteria().loadModel())
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("the weight out.w in ");
    }

    @Test
    void whatXlaDoesNotCompileIsRefusedInItsWords() throws Exception {
        Files.writeString(directory.resolve("double.mlir"), DOUBLE.replace("stablehlo.add", "stablehlo.append"));
        assertThatThrownBy(() -> criteria().loadModel())
                .isInstanceOf(MalformedModelException.class)
                .hasMessageStartingWith("the program double does not compile for cpu(): ")
                .hasMessageContaining("append");
    }

    @Test
    void aProgramForAMeshIsRefused() throws Exception {
        Files.writeString(
                directory.resolve("double.mlir"),
                DOUBLE.replace("@double", "@double attributes {mhlo.num_partitions = 8 : i32}"));
        assertThatThrownBy(() -> criteria().loadModel())
                .isInstanceOf(MalformedModelException.class)
                .hasMessageEndingWith(
                        "double.mlir: the program is made for 8 partitions, this engine runs programs for one device");
    }

    @Test
    void bytecodeIsRefused() throws Exception {
        Files.write(directory.resolve("double.mlir"), new byte[] {'M', 'L', (byte) 0xef, 'R', 1, 2});
        assertThatThrownBy(() -> criteria().loadModel())
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("export the program as text");
    }

    @Test
    void anArgumentThatAProgramMayOverwriteStaysTheCallers() throws Exception {
        Files.writeString(directory.resolve("double.mlir"), DOUBLE);
        try (var model = criteria().loadModel();
                var predictor = model.newPredictor();
                var manager = NDManager.newBaseManager("XLA")) {
            var input = manager.create(new float[] {1, 2});
            for (var run = 0; run < 3; run++) {
                assertThat(predictor.predict(new NDList(input)).head().toFloatArray())
                        .containsExactly(2, 4);
            }
            assertThat(input.toFloatArray()).containsExactly(1, 2);
        }
    }

    @Test
    void aClosedModelDoesNotRun() throws Exception {
        Files.writeString(directory.resolve("double.mlir"), DOUBLE);
        var model = criteria().loadModel();
        var block = model.getBlock();
        model.close();
        try (var manager = NDManager.newBaseManager("XLA")) {
            var store = new ParameterStore(manager, false);
            assertThatThrownBy(() -> block.forward(store, new NDList(manager.zeros(new Shape(2))), false))
                    .hasMessage("the model double is closed");
        }
    }
}
