package io.meshtransformer.xla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.random.RandomModel;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.pjrt.HloText;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.testkit.golden.GoldenModel;
import io.meshtransformer.testkit.golden.Rows;
import io.meshtransformer.xla.program.DeviceMesh;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However a model is laid over devices, it computes the same. */
class MeshParityTest {
    private static final double TOLERANCE = 1e-5;

    /** 8 heads; 512 rows of vocabulary. */
    private static final String MODEL = "b-v512-d128-l3-h8";

    @ParameterizedTest
    @CsvSource({"2, 1", "1, 2", "2, 2", "1, 8"})
    void devicesGiveTheLogitsAndGreedyIdsOfOne(int dp, int mp) throws IOException {
        var model = GoldenModel.read(MODEL);
        var prompt = model.prompts().get(2).ids();
        var path = model.greedy().getFirst();
        try (var one = Engines.load(model.directory(), Engines.on(1, 1));
                var many = Engines.load(model.directory(), Engines.on(dp, mp))) {
            // A sequence in every replica, so that each is compared.
            var held = new ArrayList<Integer>();
            var expected = Rows.all(one, prompt);
            for (var replica = 0; replica < dp; replica++) {
                assertThat(Rows.largestDifference(Rows.all(many, prompt), expected))
                        .isLessThanOrEqualTo(TOLERANCE);
                assertThat(Rows.greedy(many, path.promptIds(), path.continuationIds().length))
                        .isEqualTo(Rows.greedy(one, path.promptIds(), path.continuationIds().length));
                held.add(many.open());
            }
            assertThat(held).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "2, 4", "8, 1"})
    void theForwardPassOfABatchIsCutOverReplicasToo(int dp, int mp) throws IOException {
        var golden = GoldenModel.read(MODEL);
        var sequence = 32;
        var ids = new int[8 * sequence];
        for (var i = 0; i < ids.length; i++) {
            ids[i] = i * 31 % golden.config().vocabularySize();
        }
        assertThat(Rows.largestDifference(
                        List.of(forward(golden, new DeviceMesh(dp, mp), ids, sequence)),
                        List.of(forward(golden, DeviceMesh.SINGLE, ids, sequence))))
                .isLessThanOrEqualTo(TOLERANCE);
    }

    private static float[] forward(GoldenModel golden, DeviceMesh mesh, int[] ids, int sequence) throws IOException {
        try (var model = ModelOnDevices.load(golden.directory(), mesh, ElementType.F32);
                var program = model.bind(model.programs().forward(ids.length / sequence, sequence))) {
            return program.compute(ids).getFirst();
        }
    }

    /** One in the loop over blocks, and one for the embedding, whose rows are divided. */
    @Test
    void aBlockReducesOverDevicesOnce() throws IOException {
        var golden = GoldenModel.read(MODEL);
        try (var model = ModelOnDevices.load(golden.directory(), new DeviceMesh(1, 4), ElementType.F32);
                var program = model.bind(model.programs().forward(1, 32))) {
            var text = HloText.of(program.executable().executable().optimizedProgram());
            assertThat(text.lines().filter(line -> line.contains(" all-reduce(")))
                    .hasSize(2);
            assertThat(text).doesNotContain(" all-to-all(").doesNotContain(" collective-permute(");
        }
    }

    @Test
    void aVocabularyThatCannotBeDividedIsWholeOnEveryDevice(@TempDir Path directory) throws IOException {
        RandomModel.write(directory, new GptjConfig(101, 32, 16, 2, 4, 2, 24, 1e-5f, 100, 100), DataType.F32, 5);
        try (var one = Engines.load(directory, Engines.on(1, 1));
                var four = Engines.load(directory, Engines.on(1, 4))) {
            var ids = new int[] {3, 100, 0, 57};
            assertThat(Rows.largestDifference(Rows.all(four, ids), Rows.all(one, ids)))
                    .isLessThanOrEqualTo(TOLERANCE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 5, 'mp is 5, it must divide the model''s 72 feed-forward columns'",
        "1, 2, 'mp is 2, it must divide the model''s 5 attention heads'"
    })
    void aMeshThatDoesNotFitTheModelIsRefused(int dp, int mp, String message) throws IOException {
        var model = GoldenModel.read("e-v96-d40-l2-h5-odd");
        assertThatThrownBy(() -> Engines.load(model.directory(), Engines.on(dp, mp)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
