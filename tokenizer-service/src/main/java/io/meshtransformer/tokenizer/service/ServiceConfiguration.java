package io.meshtransformer.tokenizer.service;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How much this service does at once, and for one request. */
@ConfigMapping(prefix = "mtj.tokenizer")
public interface ServiceConfiguration {
    /** Requests worked on at once, each on a virtual thread. */
    @WithDefault("32")
    int workers();

    /** Largest text of a request, or of an answer, in UTF-8. */
    @WithDefault("1M")
    MemorySize longestText();

    /** Largest part of a text without a break between words: merging takes 130 times as much memory. */
    @WithDefault("128K")
    MemorySize longestStretch();

    /** Largest total of a score request's continuations, each with its context. */
    @WithDefault("32M")
    MemorySize mostScoredText();

    /** Pause before a request is tried again that the broker would not take. */
    @WithDefault("1s")
    Duration retryPause();
}
