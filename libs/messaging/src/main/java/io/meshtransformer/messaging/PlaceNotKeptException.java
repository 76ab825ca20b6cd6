package io.meshtransformer.messaging;

import org.apache.kafka.common.TopicPartition;

/** Somebody wants to go on from a place in the log that is not there: deleted by now, or never written. */
public final class PlaceNotKeptException extends MessagingException {
    private static final long serialVersionUID = 1L;

    PlaceNotKeptException(String message) {
        super(message);
    }

    PlaceNotKeptException(TopicPartition partition, long offset, long oldest, long end) {
        super("offset " + offset + " of " + partition + " is not kept: "
                + (oldest == end ? "nothing is" : "the oldest is " + oldest + ", the newest " + (end - 1)));
    }
}
