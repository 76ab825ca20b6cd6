package io.meshtransformer.training.data.tfrecord;

import java.io.Serial;

/** The bytes of a record are no {@code tf.train.Example} with token ids; the message continues "the record". */
public final class MalformedExampleException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    MalformedExampleException(String message) {
        super(message);
    }
}
