package io.meshtransformer.contracts;

import java.time.Duration;
import java.util.List;

/** Every topic: its name, and how it is created where it does not exist yet. */
public final class Topics {
    /** Largest record in bytes, for topics, producers and consumers alike: echo of a full window with five alternatives fits. */
    public static final int MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

    /** What gateways ask of tokenizer-service: {@link PromptRequest}. */
    public static final TopicDefinition PROMPTS = new TopicDefinition("prompts", 8, Duration.ofHours(1));
    /** Requests that somebody watches: {@link InferenceRequest}. */
    public static final TopicDefinition INTERACTIVE =
            new TopicDefinition("inference.interactive", 16, Duration.ofHours(1));
    /** Requests that may wait: {@link InferenceRequest}. */
    public static final TopicDefinition BATCH = new TopicDefinition("inference.batch", 16, Duration.ofDays(7));
    /** What gateways wait for, one partition each: {@link AnswerBatch}. */
    public static final TopicDefinition ANSWERS = new TopicDefinition("inference.answers", 16, Duration.ofHours(1));
    /** Broadcast to workers: {@link Cancellation}. */
    public static final TopicDefinition CANCELLATIONS =
            new TopicDefinition("inference.cancellations", 1, Duration.ofMinutes(10));

    /** What training-service is asked: {@link TrainingCommand}. One partition: commands take effect in their order. */
    public static final TopicDefinition TRAINING_COMMANDS =
            new TopicDefinition("training.commands", 1, Duration.ofDays(7));
    /** What happens to training runs, of each run in order: {@link TrainingEvent}. */
    public static final TopicDefinition TRAINING_EVENTS =
            new TopicDefinition("training.events", 4, Duration.ofDays(90));

    public static final List<TopicDefinition> ALL = List.of(
            PROMPTS,
            INTERACTIVE,
            BATCH,
            ANSWERS,
            CANCELLATIONS,
            PROMPTS.deadLetters(),
            INTERACTIVE.deadLetters(),
            BATCH.deadLetters(),
            TRAINING_COMMANDS,
            TRAINING_EVENTS,
            TRAINING_COMMANDS.deadLetters(),
            TRAINING_EVENTS.deadLetters());

    private Topics() {}

    /**
     * A topic as this suite creates it.
     *
     * @param partitions at creation; an operator may add more
     * @param retention after which records are deleted
     */
    public record TopicDefinition(String name, int partitions, Duration retention) {
        /** Where records go that no reader can understand. */
        public TopicDefinition deadLetters() {
            return new TopicDefinition(name + ".dlq", 1, Duration.ofDays(7));
        }

        /** The {@code ce_type} of the records of this topic: a family and its version. */
        public String eventType() {
            return "io.meshtransformer." + name + ".v1";
        }
    }
}
