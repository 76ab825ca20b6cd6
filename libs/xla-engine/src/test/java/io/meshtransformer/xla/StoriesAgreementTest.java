package io.meshtransformer.xla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.testkit.golden.Rows;
import io.meshtransformer.vector.VectorEngine;
import io.meshtransformer.vector.VectorEngineOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** The two engines say the same of a trained model. */
class StoriesAgreementTest {
    private static final Path MODEL = Path.of(System.getProperty("mtj.root"), "models", "stories");

    /** "Once upon a time" or not: any ids of the vocabulary begin a story. */
    private static final int[] PROMPT = {331, 12, 257, 640, 3, 77};

    private static final int TOKENS = 200;
    private static final double TOLERANCE = 1e-4;

    @Test
    void theVectorEngineAndXlaGenerateAndScoreAlike() throws IOException {
        try (var xla = Engines.load(MODEL, Engines.options());
                var vector = vector()) {
            var ids = new ArrayList<>(Rows.greedy(xla, PROMPT, TOKENS));
            assertThat(ids).isEqualTo(Rows.greedy(vector, PROMPT, TOKENS));

            var text = ids.stream().mapToInt(Integer::intValue).toArray();
            var ofXla = Rows.all(xla, text);
            var ofVector = Rows.all(vector, text);
            for (var i = 0; i + 1 < text.length; i++) {
                assertThat(logprob(ofXla.get(i), text[i + 1]))
                        .isCloseTo(logprob(ofVector.get(i), text[i + 1]), within(TOLERANCE));
            }
        }
    }

    private static double logprob(float[] row, int id) {
        return row[id] - Rows.logSumExp(row);
    }

    private static VectorEngine vector() throws IOException {
        try (var checkpoint = Checkpoint.open(MODEL)) {
            var options = VectorEngineOptions.defaults(checkpoint.config()).withFormat(WeightFormat.FP32);
            return VectorEngine.load(checkpoint, options, LoadProgress.SILENT);
        }
    }
}
