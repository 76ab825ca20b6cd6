package io.meshtransformer.contracts;

import java.time.Duration;
import java.util.List;

/** Every topic: its name, and how it is created where it does not exist yet. */
public final class Topics {
    /** Largest record in bytes, for topics, producers and consumers alike: echo of a full window with five alternatives fits. */
    public static final int MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

    /** Of a topic whose records are never deleted. */
    public static final Duration KEPT = Duration.ofMillis(Long.MAX_VALUE);

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

    /** What eval-service is asked: {@link EvaluationCommand}. One partition: commands take effect in their order. */
    public static final TopicDefinition EVALUATION_REQUESTS =
            new TopicDefinition("evaluation.requests", 1, Duration.ofDays(7));
    /** What models answer to eval-service: {@link AnswerBatch}. */
    public static final TopicDefinition EVALUATION_ANSWERS =
            new TopicDefinition("evaluation.answers", 16, Duration.ofDays(7));
    /** All that was ever answered, which evaluations are computed from: {@link EvaluationResult}. Kept for good. */
    public static final TopicDefinition EVALUATION_RESULTS = new TopicDefinition("evaluation.results", 16, KEPT);
    /** How evaluations stand, of each in order: {@link EvaluationEvent}. */
    public static final TopicDefinition EVALUATION_EVENTS =
            new TopicDefinition("evaluation.events", 4, Duration.ofDays(7));

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
            TRAINING_EVENTS.deadLetters(),
            EVALUATION_REQUESTS,
            EVALUATION_ANSWERS,
            EVALUATION_RESULTS,
            EVALUATION_EVENTS,
            EVALUATION_REQUESTS.deadLetters(),
            EVALUATION_ANSWERS.deadLetters(),
            EVALUATION_RESULTS.deadLetters());

    private Topics() {}

    /**
     * A topic as this suite creates it.
     *
     * @param partitions at creation; an operator may add more
     * @param retention after which records are deleted, or {@link #KEPT}
     */
    public record TopicDefinition(String name, int partitions, Duration retention) {
        /** Where records go that no reader can understand. */
        public TopicDefinition deadLetters() {
            return new TopicDefinition(name + ".dlq", 1, Duration.ofDays(7));
        }

        /** Whether its records are never deleted, however old and many. */
        public boolean kept() {
            return retention.equals(KEPT);
        }

        /** The {@code ce_type} of the records of this topic: a family and its version. */
        public String eventType() {
            return "io.meshtransformer." + name + ".v1";
        }
    }
}
