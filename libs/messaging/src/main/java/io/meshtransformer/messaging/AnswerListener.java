package io.meshtransformer.messaging;

import io.meshtransformer.contracts.AnswerEvent;

/** Is told what happens to one request, event by event, in the log's order. */
@FunctionalInterface
public interface AnswerListener {
    /**
     * Runs on the one thread that reads for all requests, so it must not wait for anything.
     *
     * @param place of the event in the log
     */
    void onEvent(AnswerEvent event, LogPlace place);
}
