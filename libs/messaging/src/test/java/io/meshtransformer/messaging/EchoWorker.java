package io.meshtransformer.messaging;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.contracts.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** What a service looks like that reads requests: answers each text with its length, as an id. */
@ApplicationScoped
class EchoWorker {
    private final RequestReader reader;
    private final AnswerSender answers;

    EchoWorker(RequestReader reader, AnswerSender answers) {
        this.reader = reader;
        this.answers = answers;
    }

    @Incoming("prompts")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> take(Message<byte[]> message) {
        return reader.take(message, Topics.PROMPTS, PromptRequest.class, this::answer);
    }

    private void answer(IncomingRequest<PromptRequest> request) {
        if (request.message() instanceof PromptRequest.Tokenize tokenize) {
            var length = TokenIds.of(tokenize.text().length());
            answers.send(request.replyTo(), new AnswerEvent.Tokenized(tokenize.requestId(), length))
                    .thenRun(request.done());
        }
    }
}
