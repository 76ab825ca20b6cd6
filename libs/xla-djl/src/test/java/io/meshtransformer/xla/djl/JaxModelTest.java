package io.meshtransformer.xla.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain DJL code runs what JAX exported, and gets JAX's numbers. */
class JaxModelTest {
    private static final float TOLERANCE = 1e-5f;

    /** Hidden states are rounded to bf16; sums in another order may round to the neighbour. */
    private static final float BF16_TOLERANCE = 1e-2f;

    /** One row of the MLP's batch, and what becomes of it. */
    private record Answer(int choice, float[] probabilities) {}

    private static final class RowTranslator implements Translator<float[], Answer> {
        @Override
        public NDList processInput(TranslatorContext context, float[] row) {
            return new NDList(context.getNDManager().create(row));
        }

        @Override
        public Answer processOutput(TranslatorContext context, NDList results) {
            return new Answer(
                    results.get("choice").getInt(), results.get("probabilities").toFloatArray());
        }

        @Override
        public Batchifier getBatchifier() {
            return Batchifier.STACK;
        }
    }

    @Test
    void rowsGoThroughATranslatorInABatch() throws Exception {
        Xla.engine();
        var criteria = Criteria.builder()
                .setTypes(float[].class, Answer.class)
                .optEngine("XLA")
                .optModelPath(Xla.MODELS.resolve("mlp"))
                .optTranslator(new RowTranslator())
                .build();
        try (var model = criteria.loadModel();
                var predictor = model.newPredictor();
                var manager = model.getNDManager().newSubManager()) {
            var expected = Xla.expected(manager, "mlp");
            var rows = IntStream.range(0, 4)
                    .mapToObj(row -> expected.get("in.x").get(row).toFloatArray())
                    .toList();

            var answers = predictor.batchPredict(rows);

            assertThat(answers).extracting(Answer::choice).containsExactly(boxed(expected.get("out.choice")));
            for (var row = 0; row < rows.size(); row++) {
                assertThat(answers.get(row).probabilities())
                        .containsExactly(
                                expected.get("out.probabilities").get(row).toFloatArray(), within(TOLERANCE));
            }
        }
    }

    private static Integer[] boxed(NDArray array) {
        return IntStream.of(array.toIntArray()).boxed().toArray(Integer[]::new);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mlp", "attention"})
    void resultsAreThoseOfJax(String name) throws Exception {
        try (var model = Xla.criteria(name).build().loadModel();
                var predictor = model.newPredictor();
                var manager = model.getNDManager().newSubManager()) {
            compare(predictor, Xla.expected(manager, name));
        }
    }

    private static void compare(Predictor<NDList, NDList> predictor, NDList expected) throws TranslateException {
        var results = predictor.predict(Xla.inputs(expected));
        var compared = 0;
        for (var result : results) {
            var wanted = expected.get("out." + result.getName()).toType(DataType.FLOAT32, false);
            assertThat(result.getShape()).isEqualTo(wanted.getShape());
            assertThat(result.toType(DataType.FLOAT32, false).toFloatArray())
                    .as(result.getName())
                    .containsExactly(
                            wanted.toFloatArray(),
                            within(result.getDataType() == DataType.BFLOAT16 ? BF16_TOLERANCE : TOLERANCE));
            compared++;
        }
        assertThat(compared).isEqualTo(expected.size() - Xla.inputs(expected).size());
    }

    @Test
    void inputsAreFoundByNameInAnyOrder() throws Exception {
        try (var model = Xla.criteria("attention").build().loadModel();
                var predictor = model.newPredictor();
                var manager = model.getNDManager().newSubManager()) {
            var inputs = Xla.inputs(Xla.expected(manager, "attention"));
            var tokens = inputs.get("tokens");
            var scale = inputs.get("scale");
            var byName = predictor.predict(new NDList(scale, tokens)).get("scores");
            tokens.setName(null);
            scale.setName(null);
            var byPlace = predictor.predict(new NDList(tokens, scale)).get("scores");
            assertThat(byName).isEqualTo(byPlace);
            assertThatThrownBy(() -> predictor.predict(new NDList(scale, tokens)))
                    .rootCause()
                    .hasMessage("input 0 of attention, tokens: expected int32(2, 6), got float32()");
        }
    }

    @Test
    void aModelTellsWhatItTakesAndGives() throws Exception {
        try (var model = Xla.criteria("mlp").build().loadModel()) {
            assertThat(model.describeInput().toMap()).containsOnly(Map.entry("x", new Shape(4, 16)));
            assertThat(model.describeOutput().keys()).containsExactly("choice", "logits", "probabilities");
            assertThat(model.describeOutput().values()).containsExactly(new Shape(4), new Shape(4, 8), new Shape(4, 8));
        }
    }

    @Test
    void aModelRunsOnEveryDevice() throws Exception {
        var devices = Xla.engine().getDevices();
        assertThat(devices).hasSize(4).startsWith(Device.cpu(), Device.of("vcpu", 1));
        for (var device : devices) {
            try (var model = Xla.criteria("mlp").optDevice(device).build().loadModel();
                    var predictor = model.newPredictor();
                    var manager = model.getNDManager().newSubManager()) {
                var expected = Xla.expected(manager, "mlp");
                compare(predictor, expected);
                assertThat(predictor.predict(Xla.inputs(expected)).head().getDevice())
                        .isEqualTo(device);
            }
        }
    }

    @Test
    void aPredictorOfAnotherDeviceTakesInputsFromAnywhere() throws Exception {
        var third = Device.of("vcpu", 2);
        try (var model = Xla.criteria("mlp").build().loadModel();
                var predictor = model.newPredictor(model.getTranslator(), third);
                var manager = NDManager.newBaseManager(Device.cpu(), "XLA")) {
            var expected = Xla.expected(manager, "mlp");
            compare(predictor, expected);
            var inputs = Xla.inputs(expected);
            var result = predictor.predict(inputs).head();
            assertThat(result.getDevice()).isEqualTo(third);
            assertThat(inputs.head().getDevice()).isEqualTo(Device.cpu());
            assertThat(result.toDevice(Device.cpu(), false).getDevice()).isEqualTo(Device.cpu());
        }
    }

    @Test
    void manyThreadsRunOneModel() throws Exception {
        try (var model = Xla.criteria("mlp").build().loadModel();
                var pool = Executors.newFixedThreadPool(8)) {
            Callable<Void> work = () -> {
                try (var predictor = model.newPredictor();
                        var manager = model.getNDManager().newSubManager()) {
                    for (var run = 0; run < 25; run++) {
                        compare(predictor, Xla.expected(manager, "mlp"));
                    }
                }
                return null;
            };
            var runs = IntStream.range(0, 8).mapToObj(_ -> pool.submit(work)).toList();
            for (var run : runs) {
                run.get();
            }
        }
    }

    @Test
    void whatAPredictionMadeIsClosedWithIt() throws Exception {
        var seen = new ArrayList<NDArray>();
        try (ZooModel<NDList, NDList> model = Xla.criteria("mlp")
                        .optTranslator(new RememberingTranslator(seen))
                        .build()
                        .loadModel();
                var predictor = model.newPredictor();
                var manager = NDManager.newBaseManager("XLA")) {
            var inputs = Xla.inputs(Xla.expected(manager, "mlp"));
            for (var run = 0; run < 20; run++) {
                predictor.predict(inputs);
            }
            assertThat(seen).hasSize(60).allMatch(NDArray::isReleased);
            assertThat(model.getNDManager().getManagedArrays()).isEmpty();
            assertThat(inputs.head().isReleased()).isFalse();
        }
    }

    /** Gives nothing back: what it has seen belongs to the prediction alone. */
    private record RememberingTranslator(List<NDArray> seen) implements Translator<NDList, NDList> {
        @Override
        public NDList processInput(TranslatorContext context, NDList input) {
            var copy = new NDList(context.getNDManager().create(input.head().toFloatArray(), new Shape(4, 16)));
            copy.head().setName(input.head().getName());
            return copy;
        }

        @Override
        public NDList processOutput(TranslatorContext context, NDList results) {
            seen.addAll(results);
            return new NDList();
        }

        @Override
        public Batchifier getBatchifier() {
            return null;
        }
    }
}
