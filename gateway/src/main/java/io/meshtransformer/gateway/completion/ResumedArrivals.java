package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.messaging.Answers.Resumption;
import io.meshtransformer.messaging.LogPlace;

/** Brings the events of a stream that is taken up again to its client: the past as fast as that one reads. */
record ResumedArrivals(CompletionId id, ArrivalQueue arrivals) implements Resumption {
    @Override
    public void onPast(AnswerEvent event, LogPlace place) {
        arrivals.putWaiting(arrival(event, place));
    }

    @Override
    public void onCaughtUp() {
        arrivals.putWaiting(new Arrival.CaughtUp());
    }

    @Override
    public void onPresent(AnswerEvent event, LogPlace place) {
        arrivals.put(arrival(event, place));
    }

    private Arrival arrival(AnswerEvent event, LogPlace place) {
        return new Arrival.Answer(id.promptRun(event.requestId()).orElseThrow(), event, place);
    }
}
