package io.meshtransformer.inference.engine;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.inference.text.TokenTexts;

/** A model that is ready to serve. */
public record LoadedModel(InferenceEngine engine, TokenTexts texts, Provenance provenance) {

    public LoadedModel {
        requireNonNull(engine, "engine is null");
        requireNonNull(texts, "texts is null");
        requireNonNull(provenance, "provenance is null");
    }
}
