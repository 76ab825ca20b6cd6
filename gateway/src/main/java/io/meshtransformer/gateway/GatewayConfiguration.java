package io.meshtransformer.gateway;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** What an operator may set; README.md has the table. */
@ConfigMapping(prefix = "mtj.gateway")
public interface GatewayConfiguration {
    Limits limits();

    Streams streams();

    Models models();

    Training training();

    Evaluations evaluations();

    /** Longest a request may take, from its arrival to its last token. */
    @WithDefault("10m")
    Duration requestTimeout();

    /** Requests served at a time; the next one gets 429. */
    @WithDefault("1024")
    int concurrentRequests();

    /** Whether clients must show a key; where not set, unless only this machine can reach the gateway. */
    Optional<Boolean> requireKey();

    /** A key that is added at the start. */
    Optional<String> bootstrapKey();

    /** What one request may ask for. */
    interface Limits {
        /** Bytes of a request's body. */
        @WithDefault("16M")
        MemorySize body();

        /** Bytes of all bodies that are being read at a time; the next one gets 429. */
        @WithDefault("64M")
        MemorySize bodies();

        /** Prompts of one completions request. */
        @WithDefault("2048")
        int prompts();

        /** {@code n} and {@code best_of}. */
        @WithDefault("128")
        int choices();

        /** Prompts times {@code best_of}. */
        @WithDefault("4096")
        int totalChoices();

        /** Stop texts. */
        @WithDefault("16")
        int stops();

        /** Alternatives per token. */
        @WithDefault("20")
        int logprobs();

        /** Entries of {@code logit_bias}. */
        @WithDefault("1024")
        int logitBiases();

        /** Continuations of one score request. */
        @WithDefault("2048")
        int continuations();
    }

    /** Streams by server-sent events. */
    interface Streams {
        /** Answer events that wait for a slow reader; beyond this its connection is closed, to be resumed from the log. */
        @WithDefault("8192")
        int buffer();

        /** How long a vanished client's work goes on, so that it can resume. */
        @WithDefault("5s")
        Duration grace();

        /** A comment line is sent after this long without an event. */
        @WithDefault("15s")
        Duration keepAlive();
    }

    /** The list of models, learnt from tokenizer-service. */
    interface Models {
        /** How often the list is asked for. */
        @WithDefault("5s")
        Duration refresh();

        /** After this long without an answer the gateway is not ready. */
        @WithDefault("30s")
        Duration expiry();
    }

    /** Training runs, through training-service. */
    interface Training {
        /** How long an answer of training-service may take; then 503. */
        @WithDefault("10s")
        Duration patience();

        /** Streams of events at a time; the next one gets 429. */
        @WithDefault("4096")
        int streams();

        /** Events that wait for a reader; one who is further behind reads them from the log. */
        @WithDefault("256")
        int buffer();
    }

    /** Evaluations, through eval-service. */
    interface Evaluations {
        /** How long an answer of eval-service may take; then 503. */
        @WithDefault("10s")
        Duration patience();

        /** The same of what is computed again: a rebuilding, a verification; then 408. */
        @WithDefault("10m")
        Duration longPatience();

        /** Streams of events at a time; the next one gets 429. */
        @WithDefault("4096")
        int streams();

        /** Events that wait for a reader; one who is further behind reads them from the log. */
        @WithDefault("256")
        int buffer();
    }
}
