package io.meshtransformer.inference.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** How requests share the engine. */
@ConfigMapping(prefix = "mtj.scheduler")
public interface SchedulerConfiguration {

    /** Most prompt tokens in one step. */
    @WithDefault("128")
    int prefillTokens();

    /** Most interactive requests that wait; further ones are refused as overload. */
    @WithDefault("256")
    int interactiveQueue();

    /** Batch requests taken from Kafka ahead of their turn. */
    @WithDefault("16")
    int batchQueue();

    /** After this long a batch request comes before interactive ones. */
    @WithDefault("5s")
    Duration batchPatience();

    /** Slots that batch requests leave free; a quarter of all where empty. */
    OptionalInt interactiveSlots();

    /** So many failed steps in a row end this worker. */
    @WithDefault("3")
    int engineFailures();
}
