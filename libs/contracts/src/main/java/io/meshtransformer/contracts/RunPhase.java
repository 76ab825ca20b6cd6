package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a worker is doing when it says that it lives. */
public enum RunPhase {
    @JsonProperty("loading")
    LOADING,
    @JsonProperty("compiling")
    COMPILING,
    @JsonProperty("stepping")
    STEPPING,
    @JsonProperty("validating")
    VALIDATING,
    @JsonProperty("saving")
    SAVING
}
