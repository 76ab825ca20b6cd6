package io.meshtransformer.xla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.stablehlo.ir.Result;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.testkit.golden.GoldenModel;
import io.meshtransformer.xla.program.DeviceMesh;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs over whole sequences compute what Hugging Face transformers does. */
class ProgramParityTest {
    private static final double TOLERANCE = 1e-4;

    @ParameterizedTest
    @ValueSource(strings = {"a-v512-d64-l2-h4", "b-v512-d128-l3-h8", "c-v128-d32-l12-h8", "e-v96-d40-l2-h5-odd"})
    void hiddenStatesAreThoseOfTheReference(String name) throws IOException {
        var golden = GoldenModel.read(name);
        var expected = golden.activations().orElseThrow();
        var ids = expected.promptIds();
        try (var model = ModelOnDevices.load(golden.directory(), DeviceMesh.SINGLE, ElementType.F32);
                var program = model.bind(model.programs().activations(1, ids.length))) {
            var names = program.program().results().stream().map(Result::name).toList();
            var outputs = program.compute(ids);
            var seen = new HashMap<String, float[]>();
            for (var i = 0; i < names.size(); i++) {
                addStage(
                        seen,
                        names.get(i),
                        outputs.get(i),
                        ids.length * golden.config().width());
            }
            assertThat(seen.keySet()).containsAll(expected.values().keySet());
            expected.values().forEach((stage, values) -> assertClose(stage, seen.get(stage), values));
        }
    }

    /** Under the reference's names: stacked stages one by one. */
    private static void addStage(Map<String, float[]> seen, String name, float[] values, int size) {
        for (var layer = 0; layer < values.length / size; layer++) {
            var part = Arrays.copyOfRange(values, layer * size, (layer + 1) * size);
            var stacked = values.length > size;
            seen.put(
                    !stacked ? name : name.equals("residual") ? "block_" + layer : "block_" + layer + "." + name, part);
        }
    }

    private static void assertClose(String stage, float[] values, float[] expected) {
        assertThat(values).as(stage).hasSameSizeAs(expected);
        var worst = IntStream.range(0, expected.length)
                .mapToDouble(i -> Math.abs(values[i] - expected[i]))
                .max()
                .orElseThrow();
        assertThat(worst).as(stage).isLessThanOrEqualTo(TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a-v512-d64-l2-h4", "e-v96-d40-l2-h5-odd"})
    void scoresAreThoseOfTheReference(String name) throws IOException {
        var golden = GoldenModel.read(name);
        var sequence = golden.config().contextLength();
        try (var model = ModelOnDevices.load(golden.directory(), DeviceMesh.SINGLE, ElementType.F32);
                var program = model.bind(model.programs().score(1, sequence))) {
            for (var score : golden.scores()) {
                var all = IntStream.concat(Arrays.stream(score.contextIds()), Arrays.stream(score.continuationIds()))
                        .toArray();
                var ids = Arrays.copyOf(Arrays.copyOf(all, all.length - 1), sequence);
                var targets = Arrays.copyOf(Arrays.copyOfRange(all, 1, all.length), sequence);
                var outputs = program.compute(ids, targets);
                var greedy = true;
                for (var i = 0; i < score.continuationIds().length; i++) {
                    var row = score.contextIds().length - 1 + i;
                    assertThat((double) outputs.get(0)[row]).isCloseTo(score.tokenLogprobs()[i], within(TOLERANCE));
                    assertThat(outputs.get(1)[row] == 1).isEqualTo(score.tokenRanks()[i] == 0);
                    greedy &= outputs.get(1)[row] == 1;
                }
                assertThat(greedy).isEqualTo(score.isGreedy());
            }
        }
    }
}
