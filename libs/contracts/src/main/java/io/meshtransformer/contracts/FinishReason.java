package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Why a choice ended. */
public enum FinishReason {
    /** A stop text, or the end-of-text token. */
    @JsonProperty("stop")
    STOP,
    /** The most tokens asked for. */
    @JsonProperty("length")
    LENGTH
}
