package io.meshtransformer.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.testkit.golden.GoldenModel;
import io.meshtransformer.testkit.golden.GoldenPrompt;
import io.meshtransformer.testkit.golden.GoldenScore;
import io.meshtransformer.testkit.golden.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The engine computes what Hugging Face transformers computes. */
@Execution(ExecutionMode.SAME_THREAD)
class GoldenParityTest {
    private static final double LOGIT_TOLERANCE = 1e-4;
    private static final double SCORE_TOLERANCE = 1e-3;

    /** Rounding moves a weight by up to 2^-9 of its size; the largest difference of a logit is 0.085 (model c, 12 layers). */
    private static final double BF16_TOLERANCE = 0.1;

    /** Copied into this module, so that they are compared wherever it is built. */
    private static final Set<String> COPIED =
            Set.of("a-v512-d64-l2-h4", "a-v512-d64-l2-h4-bf16", "e-v96-d40-l2-h5-odd");

    static final List<String> NAMES = GoldenModel.NAMES;

    private static GoldenModel model(String name) throws IOException {
        return COPIED.contains(name)
                ? GoldenModel.read(Path.of("src/test/resources/golden", name))
                : GoldenModel.read(name);
    }

    private static VectorEngine engine(GoldenModel model, WeightFormat format) throws IOException {
        try (var checkpoint = Checkpoint.open(model.directory())) {
            return VectorEngine.load(
                    checkpoint,
                    VectorEngineOptions.defaults(model.config())
                            .withFormat(format)
                            .withKvTokens(4 * model.config().contextLength()),
                    LoadProgress.SILENT);
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void logitsAreThoseOfTheReference(String name) throws IOException {
        var model = model(name);
        try (var engine = engine(model, WeightFormat.FP32)) {
            for (var prompt : model.prompts()) {
                comparePrompt(prompt, Rows.all(engine, prompt.ids()), LOGIT_TOLERANCE);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void hiddenStatesAreThoseOfTheReference(String name) throws IOException {
        var model = model(name);
        if (model.activations().isEmpty()) {
            return;
        }
        var golden = model.activations().get();
        var seen = new HashMap<String, float[]>();
        try (var engine = engine(model, WeightFormat.FP32)) {
            engine.trace((stage, rows, width, values, stride) -> {
                var copy = new float[rows * width];
                for (var row = 0; row < rows; row++) {
                    System.arraycopy(values, row * stride, copy, row * width, width);
                }
                seen.put(stage, copy);
            });
            engine.step(List.of(Chunk.withAllLogits(engine.open(), golden.promptIds())));
        }
        assertThat(seen.keySet()).containsAll(golden.values().keySet());
        golden.values().forEach((stage, values) -> assertThat(seen.get(stage))
                .as(stage)
                .usingElementComparator((x, y) -> Math.abs(x - y) <= LOGIT_TOLERANCE ? 0 : Float.compare(x, y))
                .containsExactly(boxed(values)));
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void greedyPathsAreThoseOfTheReference(String name) throws IOException {
        var model = model(name);
        try (var engine = engine(model, WeightFormat.FP32)) {
            for (var path : model.greedy()) {
                var slot = engine.open();
                var next = path.promptIds();
                var continuation = new ArrayList<Integer>();
                while (continuation.size() < path.continuationIds().length) {
                    var logits = engine.step(List.of(Chunk.withLastLogits(slot, next)));
                    next = new int[] {Rows.argmax(logits.values(), logits.offset(0), logits.vocabularySize())};
                    continuation.add(next[0]);
                }
                engine.free(slot);
                assertThat(continuation)
                        .containsExactlyElementsOf(
                                Arrays.stream(path.continuationIds()).boxed().toList());
            }
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void scoresAreThoseOfTheReference(String name) throws IOException {
        var model = model(name);
        try (var engine = engine(model, WeightFormat.FP32)) {
            for (var score : model.scores()) {
                compareScore(engine, score);
            }
        }
    }

    /** Where weights are bf16 already, holding them in bf16 loses nothing; where they are fp32, it rounds them. */
    @ParameterizedTest
    @FieldSource("NAMES")
    void bf16WeightsMoveLogitsByTheirRoundingAlone(String name) throws IOException {
        var model = model(name);
        try (var engine = engine(model, WeightFormat.BF16)) {
            for (var prompt : model.prompts()) {
                comparePrompt(
                        prompt,
                        Rows.all(engine, prompt.ids()),
                        name.endsWith("-bf16") ? LOGIT_TOLERANCE : BF16_TOLERANCE);
            }
        }
    }

    private static void comparePrompt(GoldenPrompt golden, List<float[]> logits, double tolerance) {
        var size = logits.getFirst().length;
        var worst = 0.0;
        for (var i = 0; i < golden.logitRows().length; i++) {
            var row = logits.get(golden.logitRows()[i]);
            for (var id = 0; id < size; id++) {
                worst = Math.max(worst, Math.abs(row[id] - golden.logits()[i * size + id]));
            }
        }
        assertThat(worst).isLessThanOrEqualTo(tolerance);
        if (tolerance > LOGIT_TOLERANCE) {
            return;
        }
        for (var row = 0; row < logits.size(); row++) {
            assertThat(Rows.argmax(logits.get(row), 0, size)).isEqualTo(golden.argmax()[row]);
        }
        for (var row = 0; row < golden.logsumexp().length; row++) {
            assertThat(Rows.logSumExp(logits.get(row))).isCloseTo(golden.logsumexp()[row], within(SCORE_TOLERANCE));
        }
        for (var row = 0; row < golden.nextTokenLogprobs().length; row++) {
            assertThat(logits.get(row)[golden.ids()[row + 1]] - Rows.logSumExp(logits.get(row)))
                    .isCloseTo(golden.nextTokenLogprobs()[row], within(SCORE_TOLERANCE));
        }
    }

    private static void compareScore(VectorEngine engine, GoldenScore golden) {
        var contextLength = golden.contextIds().length;
        var ids = IntStream.concat(Arrays.stream(golden.contextIds()), Arrays.stream(golden.continuationIds()))
                .toArray();
        var logits = Rows.all(engine, Arrays.copyOf(ids, ids.length - 1));
        var sum = 0.0;
        var greedy = true;
        for (var i = 0; i < golden.continuationIds().length; i++) {
            var row = logits.get(contextLength - 1 + i);
            var id = golden.continuationIds()[i];
            var logprob = row[id] - Rows.logSumExp(row);
            assertThat(logprob).isCloseTo(golden.tokenLogprobs()[i], within(LOGIT_TOLERANCE));
            var rank = (int) IntStream.range(0, row.length)
                    .filter(other -> row[other] > row[id])
                    .count();
            assertThat(rank).isEqualTo(golden.tokenRanks()[i]);
            sum += logprob;
            greedy &= rank == 0;
        }
        assertThat(sum).isCloseTo(golden.sumLogprob(), within(SCORE_TOLERANCE));
        assertThat(greedy).isEqualTo(golden.isGreedy());
    }

    private static Float[] boxed(float[] values) {
        var boxed = new Float[values.length];
        Arrays.setAll(boxed, i -> values[i]);
        return boxed;
    }
}
