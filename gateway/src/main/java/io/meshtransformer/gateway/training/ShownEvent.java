package io.meshtransformer.gateway.training;

import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.messaging.LogPlace;

/**
 * An event as streams show it.
 *
 * @param type its name
 * @param json written once for all who read it, to be left as it is
 */
record ShownEvent(String run, String type, byte[] json, LogPlace place) {
    static ShownEvent of(TrainingEvent event, LogPlace place) {
        var tree = TrainingJson.tree(event);
        return new ShownEvent(event.run(), tree.get("type").textValue(), TrainingJson.write(tree), place);
    }
}
