package io.meshtransformer.tokenizer.service;

import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.messaging.MessagingException;
import io.meshtransformer.messaging.RequestReader;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** Takes prompts from Kafka, as many at once as there are workers; a request is acknowledged when its outcome is sent. */
@ApplicationScoped
public class PromptChannel {
    private static final Logger LOG = Logger.getLogger(PromptChannel.class);

    private final RequestReader reader;
    private final PromptDelivery delivery;
    private final Workers workers;
    private final ServiceConfiguration configuration;
    private final ShutdownConfiguration shutdown;

    public PromptChannel(
            RequestReader reader,
            PromptDelivery delivery,
            Workers workers,
            ServiceConfiguration configuration,
            ShutdownConfiguration shutdown) {
        this.reader = reader;
        this.delivery = delivery;
        this.workers = workers;
        this.configuration = configuration;
        this.shutdown = shutdown;
    }

    /** @return done when a worker has it: only then the next one is taken */
    @Incoming("prompts")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> take(Message<byte[]> message) {
        var bytes = message.getPayload() == null ? 0 : message.getPayload().length;
        return workers.begin(bytes, () -> work(message));
    }

    /** Until it is done: the broker may be away, and the next process to read the record would fare no better. */
    private void work(Message<byte[]> message) {
        do {
            try {
                reader.read(message, Topics.PROMPTS, PromptRequest.class).ifPresent(delivery::deliver);
                return;
            } catch (MessagingException e) {
                LOG.warnf("a prompt is tried again in %s: %s", configuration.retryPause(), e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("a prompt is given back", e);
                message.nack(e);
                return;
            }
        } while (workers.pause(configuration.retryPause()));
    }

    void onStop(@Observes ShutdownEvent event) {
        if (!workers.drain(shutdown.grace())) {
            LOG.warnf("some prompts are not done after %s; another process will read them", shutdown.grace());
        }
    }
}
