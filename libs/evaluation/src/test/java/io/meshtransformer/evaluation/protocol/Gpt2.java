package io.meshtransformer.evaluation.protocol;

import io.meshtransformer.testkit.golden.SharedMaterial;
import io.meshtransformer.tokenizer.Tokenizer;

/** GPT-2's tokenizer, read once for all tests. */
public final class Gpt2 {
    private Gpt2() {}

    private static final class Holder {
        static final Tokenizer TOKENIZER =
                Tokenizer.load(SharedMaterial.require("data/gpt2_tokenizer")).orElseThrow();
    }

    /** The calling test is skipped where the tokenizer is not. */
    public static Tokenizer tokenizer() {
        SharedMaterial.require("data/gpt2_tokenizer");
        return Holder.TOKENIZER;
    }
}
