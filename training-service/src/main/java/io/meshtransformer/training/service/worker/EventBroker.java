package io.meshtransformer.training.service.worker;

import io.meshtransformer.contracts.TrainingEvent;
import java.util.concurrent.CompletionStage;

/** Takes events, if it is there. */
interface EventBroker extends AutoCloseable {
    /** It can't be reached. */
    final class AwayException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AwayException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * @return done when the broker has it
     * @throws AwayException if it can't even be begun
     */
    CompletionStage<Void> send(TrainingEvent event);

    @Override
    void close();
}
