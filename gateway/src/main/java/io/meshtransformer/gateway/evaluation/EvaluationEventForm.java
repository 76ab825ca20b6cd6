package io.meshtransformer.gateway.evaluation;

import io.meshtransformer.contracts.EvaluationDescription;
import io.meshtransformer.contracts.EvaluationEvent;
import io.meshtransformer.gateway.event.EventForm;
import io.meshtransformer.gateway.event.ShownEvent;
import io.meshtransformer.gateway.json.MessageJson;
import io.meshtransformer.messaging.LogPlace;

/** Each event says how an evaluation stands, so that is all its data is. */
final class EvaluationEventForm implements EventForm<EvaluationEvent> {
    /** The name of every event. */
    static final String TYPE = "evaluation";

    @Override
    public String plural() {
        return "evaluation events";
    }

    @Override
    public String named(String evaluation) {
        return "the evaluation '" + evaluation + "'";
    }

    @Override
    public String subject(EvaluationEvent event) {
        return event.evaluation();
    }

    @Override
    public ShownEvent show(EvaluationEvent event, LogPlace place) {
        return new ShownEvent(TYPE, json(event.description()), place);
    }

    /** Without its receipt, which is larger than all the rest. */
    static byte[] json(EvaluationDescription description) {
        return MessageJson.write(MessageJson.tree(description).without("receipt"));
    }
}
