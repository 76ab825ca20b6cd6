package io.meshtransformer.gateway.suite;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.Cancellation;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.messaging.AnswerSender;
import io.meshtransformer.messaging.CancellationReader;
import io.meshtransformer.messaging.IncomingRequest;
import io.meshtransformer.messaging.ReplyAddress;
import io.meshtransformer.messaging.RequestReader;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Stands behind the gateway in tests, on the real topics: answers as {@link AlphabetModel} does, or as a test's script
 * says.
 */
@ApplicationScoped
public class ScriptedSuite {
    private final RequestReader reader;
    private final AnswerSender answers;
    private final CancellationReader cancellationReader;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final List<PromptRequest> requests = new CopyOnWriteArrayList<>();
    private final List<Cancellation> cancellations = new CopyOnWriteArrayList<>();

    ScriptedSuite(RequestReader reader, AnswerSender answers, CancellationReader cancellationReader) {
        this.reader = reader;
        this.answers = answers;
        this.cancellationReader = cancellationReader;
    }

    /** What happens when a request comes. */
    @FunctionalInterface
    public interface Script {
        void play(PromptRequest request, Reply reply);
    }

    /** The way back to the gateway: each call is one record. */
    @FunctionalInterface
    public interface Reply {
        /** @return ends when the record stands in the log */
        CompletionStage<Void> send(List<AnswerEvent> events);

        default CompletionStage<Void> send(AnswerEvent event) {
            return send(List.of(event));
        }
    }

    /** From now on requests whose prompt is this text, or whose context is, are answered so. */
    public void script(String text, Script script) {
        scripts.put(text, script);
    }

    /** All completions and score requests that came. */
    public List<PromptRequest> requests() {
        return requests;
    }

    /** The ids of all completions that were asked for with this prompt. */
    public List<String> requestsFor(String prompt) {
        return requests.stream()
                .filter(request -> request instanceof PromptRequest.Complete complete
                        && prompt.equals(complete.prompt().text()))
                .map(PromptRequest::requestId)
                .toList();
    }

    public List<Cancellation> cancellations() {
        return cancellations;
    }

    /** The ids of all completions with this prompt that were called off, once for each time. */
    public List<String> cancellationsOf(String prompt) {
        var ids = requestsFor(prompt);
        return cancellations.stream()
                .map(Cancellation::requestId)
                .filter(ids::contains)
                .toList();
    }

    /** Sends events as a worker would that somebody asked to answer there. */
    public void send(ReplyAddress address, List<AnswerEvent> events) {
        answers.send(address, events).toCompletableFuture().join();
    }

    void start(@Observes StartupEvent event) {
        cancellationReader.start(cancellations::add);
    }

    @Incoming("prompts")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> take(Message<byte[]> message) {
        reader.read(message, Topics.PROMPTS, PromptRequest.class).ifPresent(this::answer);
        return CompletableFuture.completedStage(null);
    }

    private void answer(IncomingRequest<PromptRequest> incoming) {
        Reply reply = events -> answers.send(incoming.replyTo(), events);
        Thread.ofVirtual().start(() -> {
            var request = incoming.message();
            var script =
                    switch (request) {
                        case PromptRequest.Complete complete -> {
                            requests.add(complete);
                            yield scripts.get(String.valueOf(complete.prompt().text()));
                        }
                        case PromptRequest.Score score -> {
                            requests.add(score);
                            yield scripts.get(String.valueOf(score.context().text()));
                        }
                        case PromptRequest.Tokenize tokenize -> scripts.get(tokenize.text());
                        case PromptRequest.Detokenize _, PromptRequest.DescribeModels _ -> null;
                    };
            if (script == null) {
                AlphabetModel.answer(request, reply);
            } else {
                script.play(request, reply);
            }
            incoming.done().run();
        });
    }
}
