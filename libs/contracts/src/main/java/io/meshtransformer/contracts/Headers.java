package io.meshtransformer.contracts;

/** Names of record headers: CloudEvents 1.0 in Kafka's binary mode, and where answers go. */
public final class Headers {
    public static final String SPEC_VERSION = "ce_specversion";
    /** The request id, or a unique id for records that belong to several requests. */
    public static final String ID = "ce_id";
    /** {@link Topics.TopicDefinition#eventType()}. */
    public static final String TYPE = "ce_type";
    /** The service that wrote the record, for example {@code /gateway/0}. */
    public static final String SOURCE = "ce_source";
    /** RFC 3339. */
    public static final String TIME = "ce_time";

    public static final String CONTENT_TYPE = "content-type";
    /** Topic for the answers; {@link Topics#ANSWERS} where absent. */
    public static final String REPLY_TOPIC = "reply-topic";
    /** Partition for the answers, decimal; chosen by the hash of the request id where absent. */
    public static final String REPLY_PARTITION = "reply-partition";

    /** Of a dead letter: a sentence that says what is wrong with it. */
    public static final String DEAD_LETTER_REASON = "dead-letter-reason";
    /** Of a dead letter: the topic it was read from. */
    public static final String DEAD_LETTER_TOPIC = "dead-letter-topic";
    /** Of a dead letter: its partition there, decimal. */
    public static final String DEAD_LETTER_PARTITION = "dead-letter-partition";
    /** Of a dead letter: its offset there, decimal. */
    public static final String DEAD_LETTER_OFFSET = "dead-letter-offset";

    private Headers() {}
}
