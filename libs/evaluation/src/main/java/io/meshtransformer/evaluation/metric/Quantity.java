package io.meshtransformer.evaluation.metric;

/** What can be known of a document once a model has answered; metrics are made of these. */
public enum Quantity {
    /** 1 where the likeliest choice is the right one, or the target is greedy, else 0. */
    ACC,
    /** The same with log-probabilities divided by the choices' code points. */
    ACC_NORM,
    /** The same with log-probabilities divided by the choices' bytes in UTF-8. */
    ACC_BYTES,
    /** 1 where the generated text is a right one, or the right choice is greedy, else 0. */
    EXACT_MATCH,
    /** Of the target, or of the whole text, nats. */
    LOGPROB,
    /** Of the whole text, by white space. */
    WORDS,
    /** Of the whole text, in UTF-8. */
    BYTES
}
