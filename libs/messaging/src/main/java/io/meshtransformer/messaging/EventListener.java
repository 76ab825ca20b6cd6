package io.meshtransformer.messaging;

/** Is told the events of an {@link EventLog}, of each subject in order. */
@FunctionalInterface
public interface EventListener<E> {
    /** @param place of the event in its topic */
    void onEvent(E event, LogPlace place);
}
