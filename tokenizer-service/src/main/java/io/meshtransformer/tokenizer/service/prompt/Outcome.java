package io.meshtransformer.tokenizer.service.prompt;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Topics.TopicDefinition;

/** What becomes of a request. */
public sealed interface Outcome {
    /** It goes on to the workers that infer. */
    record Forward(TopicDefinition topic, InferenceRequest request) implements Outcome {}

    /** It is answered from here. */
    record Answer(AnswerEvent event) implements Outcome {}
}
