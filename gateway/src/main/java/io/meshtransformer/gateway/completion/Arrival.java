package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.gateway.completion.CompletionId.PromptRun;
import io.meshtransformer.messaging.LogPlace;

/** What reaches a completions request under way, from the log or from its client's end. */
sealed interface Arrival {
    record Answer(PromptRun source, AnswerEvent event, LogPlace place) implements Arrival {}

    /** Every answer that stood in the log when the request was resumed has come. */
    record CaughtUp() implements Arrival {}

    /** The request, or a part of it, could not be sent. */
    record SendFailed(Throwable reason) implements Arrival {}

    /** The client is gone. */
    record ClientLost() implements Arrival {}
}
