package io.meshtransformer.gptj;

import java.util.ArrayList;
import java.util.List;

/** What must hold between the values of a configuration, as sentences in the names of {@code config.json}. */
final class ConfigRules {
    /** Well above any GPT-J, and low enough that no product of sizes leaves a long. */
    private static final int MOST = 1 << 22;

    private static final int MOST_LAYERS = 1 << 12;

    private ConfigRules() {}

    /** The rules that are broken; a value that is null could not be read, and its rules are skipped. */
    static List<String> broken(
            Integer vocabularySize,
            Integer contextLength,
            Integer width,
            Integer layers,
            Integer heads,
            Integer rotaryDimensions,
            Integer feedForwardWidth,
            Double layerNormEpsilon,
            Integer bosTokenId,
            Integer eosTokenId) {
        var problems = new ArrayList<String>();
        size("vocab_size", vocabularySize, MOST, problems);
        size("n_positions", contextLength, MOST, problems);
        var widthHolds = size("n_embd", width, MOST, problems);
        size("n_layer", layers, MOST_LAYERS, problems);
        var headsHold = size("n_head", heads, MOST, problems);
        var rotaryHolds = size("rotary_dim", rotaryDimensions, MOST, problems);
        size("n_inner", feedForwardWidth, MOST, problems);

        if (rotaryHolds && rotaryDimensions % 2 != 0) {
            problems.add(
                    "rotary_dim is " + rotaryDimensions + ", it must be even, for dimensions are rotated in pairs");
        }
        if (widthHolds && headsHold) {
            if (width % heads != 0) {
                problems.add("n_embd is " + width + ", it must be a multiple of n_head, which is " + heads);
            } else if (rotaryHolds && rotaryDimensions > width / heads) {
                problems.add("rotary_dim is " + rotaryDimensions
                        + ", it must be at most the width of a head, n_embd / n_head = " + width / heads);
            }
        }
        // Judged as the float it becomes: a double below its range would turn to 0.
        if (layerNormEpsilon != null
                && !(layerNormEpsilon.floatValue() > 0 && Float.isFinite(layerNormEpsilon.floatValue()))) {
            problems.add("layer_norm_epsilon is " + layerNormEpsilon + ", it must be a finite fp32 number above 0");
        }
        token("bos_token_id", bosTokenId, vocabularySize, problems);
        token("eos_token_id", eosTokenId, vocabularySize, problems);
        return problems;
    }

    private static boolean size(String name, Integer value, int most, List<String> problems) {
        if (value == null) {
            return false;
        }
        if (value < 1 || value > most) {
            problems.add(name + " is " + value + ", it must be from 1 to " + most);
            return false;
        }
        return true;
    }

    private static void token(String name, Integer value, Integer vocabularySize, List<String> problems) {
        if (value != null && vocabularySize != null && (value < 0 || value >= vocabularySize)) {
            problems.add(name + " is " + value + ", it must be from 0 to vocab_size - 1 = " + (vocabularySize - 1));
        }
    }
}
