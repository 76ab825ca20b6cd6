package io.meshtransformer.gateway.event;

import io.meshtransformer.messaging.LogPlace;

/** How the events of one topic are shown. */
public interface EventForm<E> {
    /** What all of them are, in a sentence: {@code training events}. */
    String plural();

    /** Whom they tell of, in a sentence: {@code the run 'tales'}. */
    String named(String subject);

    /** Whom an event tells of, which is its record's key. */
    String subject(E event);

    ShownEvent show(E event, LogPlace place);
}
