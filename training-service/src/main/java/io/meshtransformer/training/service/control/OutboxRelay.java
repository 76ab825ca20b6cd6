package io.meshtransformer.training.service.control;

import io.meshtransformer.contracts.Topics;
import io.meshtransformer.messaging.MessageSender;
import io.meshtransformer.training.service.store.Outbox;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Brings the events of the {@link Outbox} to the broker, each until it has it, in their order. */
@Singleton
public final class OutboxRelay {
    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    private static final int AT_ONCE = 100;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Outbox outbox;
    private final MessageSender sender;
    private final Semaphore news = new Semaphore(0);
    private volatile boolean stopping;

    OutboxRelay(Outbox outbox, MessageSender sender) {
        this.outbox = outbox;
        this.sender = sender;
    }

    /** There may be something to bring. */
    void wake() {
        news.release();
    }

    void stop() {
        stopping = true;
        wake();
    }

    /** Until it is stopped. */
    void run() {
        try {
            while (!stopping) {
                news.tryAcquire(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                news.drainPermits();
                bringAll();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void bringAll() {
        try {
            for (var entries = outbox.oldest(AT_ONCE); !entries.isEmpty(); entries = outbox.oldest(AT_ONCE)) {
                for (var entry : entries) {
                    sender.sendEvent(Topics.TRAINING_EVENTS, entry.event().run(), entry.event())
                            .toCompletableFuture()
                            .join();
                    outbox.remove(entry.id());
                }
            }
        } catch (CompletionException e) {
            LOG.warnf("events wait for the broker: %s", e.getCause().getMessage());
        } catch (RuntimeException e) {
            LOG.warnf("events wait for the database: %s", e.getMessage());
        }
    }
}
