package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which of the two request topics a request waits on. */
public enum Priority {
    /** Somebody is watching: served before any batch work. */
    @JsonProperty("interactive")
    INTERACTIVE,
    /** Served when no interactive request waits. */
    @JsonProperty("batch")
    BATCH
}
