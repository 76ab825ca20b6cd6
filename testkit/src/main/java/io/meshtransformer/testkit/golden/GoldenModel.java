package io.meshtransformer.testkit.golden;

import io.meshtransformer.gptj.GptjConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A tiny GPT-J with random weights and what Hugging Face transformers computes with it in fp32.
 *
 * <p>Tolerances that the data is good for: logits and activations 1e-4, sums of log-probabilities 1e-3; ids and flags
 * are exact.
 *
 * @param directory a model directory: {@code config.json} and weights
 * @param scores empty for the model with GPT-2's vocabulary
 * @param activations empty for the model with GPT-2's vocabulary
 */
public record GoldenModel(
        String name,
        Path directory,
        GptjConfig config,
        List<GoldenPrompt> prompts,
        List<GoldenGreedy> greedy,
        List<GoldenScore> scores,
        Optional<GoldenActivations> activations) {

    /** Every golden model: odd shapes, shards and half types included. */
    public static final List<String> NAMES = List.of(
            "a-v512-d64-l2-h4",
            "a-v512-d64-l2-h4-sharded2",
            "a-v512-d64-l2-h4-f16",
            "a-v512-d64-l2-h4-bf16",
            "b-v512-d128-l3-h8",
            "c-v128-d32-l12-h8",
            "d-v50400-d24-l2-h3-f16",
            "e-v96-d40-l2-h5-odd");

    public GoldenModel {
        prompts = List.copyOf(prompts);
        greedy = List.copyOf(greedy);
        scores = List.copyOf(scores);
    }

    /** Reads a golden model; without the shared material the calling test is skipped, with a sentence. */
    public static GoldenModel read(String name) throws IOException {
        return new GoldenModelReader(
                        name, SharedMaterial.require("golden/models").resolve(name))
                .read();
    }

    /** Reads a golden model from a copy of its directory, which is named as it is. */
    public static GoldenModel read(Path directory) throws IOException {
        return new GoldenModelReader(directory.getFileName().toString(), directory).read();
    }

    @Override
    public String toString() {
        return name;
    }
}
