package io.meshtransformer.evaluation.text;

import java.text.Normalizer;

/** Repairs texts as ftfy does. */
public final class TextRepair {
    private TextRepair() {}

    public static String nfkc(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }
}
