package io.meshtransformer.tokenizer.service.prompt;

import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.Topics.TopicDefinition;

/** Which topic a priority waits on. */
final class Destinations {
    private Destinations() {}

    static TopicDefinition of(Priority priority) {
        return switch (priority) {
            case INTERACTIVE -> Topics.INTERACTIVE;
            case BATCH -> Topics.BATCH;
        };
    }
}
