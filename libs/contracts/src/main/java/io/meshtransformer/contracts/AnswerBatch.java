package io.meshtransformer.contracts;

import java.util.List;

/** A record of an answers topic: the events of one step for one reply partition, in order. */
public record AnswerBatch(List<AnswerEvent> events) {
    public AnswerBatch {
        events = List.copyOf(Required.field(events, "events"));
        Required.that(!events.isEmpty(), "'events' is empty");
    }
}
