package io.meshtransformer.messaging;

import io.meshtransformer.contracts.TrainingEvent;

/** Is told what happens to training runs, of each run in order. */
@FunctionalInterface
public interface TrainingEventListener {
    /** @param place of the event in {@code training.events} */
    void onEvent(TrainingEvent event, LogPlace place);
}
