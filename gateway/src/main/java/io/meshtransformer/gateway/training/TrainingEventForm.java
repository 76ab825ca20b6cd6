package io.meshtransformer.gateway.training;

import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.gateway.event.EventForm;
import io.meshtransformer.gateway.event.ShownEvent;
import io.meshtransformer.gateway.json.MessageJson;
import io.meshtransformer.messaging.LogPlace;

/** Training events under their types. */
final class TrainingEventForm implements EventForm<TrainingEvent> {
    @Override
    public String plural() {
        return "training events";
    }

    @Override
    public String named(String run) {
        return "the run '" + run + "'";
    }

    @Override
    public String subject(TrainingEvent event) {
        return event.run();
    }

    @Override
    public ShownEvent show(TrainingEvent event, LogPlace place) {
        var tree = MessageJson.tree(event);
        return new ShownEvent(tree.get("type").textValue(), MessageJson.write(tree), place);
    }
}
