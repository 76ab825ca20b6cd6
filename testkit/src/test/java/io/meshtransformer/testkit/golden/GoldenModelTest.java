package io.meshtransformer.testkit.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.gptj.Checkpoint;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class GoldenModelTest {
    private static final List<String> MODELS = GoldenModel.NAMES;

    @ParameterizedTest
    @FieldSource("MODELS")
    void holdsLogitsThatAgreeWithItsOwnFacts(String name) throws IOException {
        var model = GoldenModel.read(name);
        var vocabulary = model.config().vocabularySize();
        assertThat(model.prompts()).hasSizeGreaterThanOrEqualTo(3);
        for (var prompt : model.prompts()) {
            assertThat(prompt.argmax()).hasSameSizeAs(prompt.ids());
            assertThat(prompt.logits()).hasSize(prompt.logitRows().length * vocabulary);
            for (var row = 0; row < prompt.logitRows().length; row++) {
                var logits = Arrays.copyOfRange(prompt.logits(), row * vocabulary, (row + 1) * vocabulary);
                var position = prompt.logitRows()[row];
                assertThat(logits[prompt.argmax()[position]]).isEqualTo(max(logits));
                if (prompt.logsumexp().length > 0) {
                    assertThat(logsumexp(logits)).isCloseTo(prompt.logsumexp()[position], within(1e-4));
                }
            }
        }
        assertThat(model.greedy())
                .allSatisfy(greedy -> assertThat(greedy.continuationIds()).isNotEmpty());
    }

    @ParameterizedTest
    @FieldSource("MODELS")
    void holdsScoresThatAddUp(String name) throws IOException {
        for (var score : GoldenModel.read(name).scores()) {
            assertThat(score.sumLogprob())
                    .isCloseTo(Arrays.stream(score.tokenLogprobs()).sum(), within(1e-9));
            assertThat(score.isGreedy())
                    .isEqualTo(Arrays.stream(score.tokenRanks()).allMatch(rank -> rank == 0));
            assertThat(score.tokenLogprobs()).hasSameSizeAs(score.continuationIds());
        }
    }

    @Test
    void theShardedModelHasTheNumbersOfTheWholeAndItsOwnFiles() throws IOException {
        var whole = GoldenModel.read("a-v512-d64-l2-h4");
        var sharded = GoldenModel.read("a-v512-d64-l2-h4-sharded2");
        assertThat(sharded.prompts().getLast().logits())
                .isEqualTo(whole.prompts().getLast().logits());
        assertThat(sharded.directory()).isNotEqualTo(whole.directory());
        try (var checkpoint = Checkpoint.open(sharded.directory())) {
            assertThat(checkpoint.config()).isEqualTo(whole.config());
        }
    }

    @Test
    void holdsActivationsOfEveryBlock() throws IOException {
        var model = GoldenModel.read("c-v128-d32-l12-h8");
        var activations = model.activations().orElseThrow();
        assertThat(activations.values())
                .containsKeys("embed", "block_0.ln_1", "block_0.attn", "block_0.mlp", "block_0", "block_11", "ln_f")
                .allSatisfy((name, values) -> assertThat(values)
                        .hasSize(activations.promptIds().length * model.config().width()));
    }

    private static float max(float[] values) {
        var max = Float.NEGATIVE_INFINITY;
        for (var value : values) {
            max = Math.max(max, value);
        }
        return max;
    }

    private static double logsumexp(float[] values) {
        double sum = 0;
        for (var value : values) {
            sum += Math.exp(value);
        }
        return Math.log(sum);
    }
}
