package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.contracts.EvaluationEvent;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.Database.DatabaseException;
import io.meshtransformer.evaluation.service.store.Outbox;
import io.meshtransformer.messaging.MessageSender;
import io.meshtransformer.messaging.MessageTooLargeException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** Brings the events of the {@link Outbox} to the broker, each until it has it, in their order; one instance at a time. */
@Singleton
public final class OutboxRelay {
    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    private static final int AT_ONCE = 100;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Database database;
    private final Outbox outbox;
    private final MessageSender sender;
    private final News.Ear ear;
    private volatile boolean stopping;

    OutboxRelay(Database database, Outbox outbox, MessageSender sender, News news) {
        this.database = database;
        this.outbox = outbox;
        this.sender = sender;
        this.ear = news.ear();
    }

    void stop() {
        stopping = true;
        ear.wake();
    }

    /** Until it is stopped. */
    void run() {
        try {
            while (!stopping) {
                ear.await(PAUSE);
                bringAll();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void bringAll() {
        try {
            while (bringSome() == AT_ONCE) {
                // There may be more.
            }
        } catch (CompletionException e) {
            LOG.warnf("events wait for the broker: %s", e.getCause().getMessage());
        } catch (DatabaseException e) {
            LOG.warnf("events wait for the database: %s", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("events wait, by a fault of this service", e);
        }
    }

    /** One that no record has room for would hold up all that come after it: it is passed over, as the log says. */
    private void bring(EvaluationEvent event) {
        try {
            sender.sendEvent(Topics.EVALUATION_EVENTS, event.evaluation(), event)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            var tooLarge = MessageTooLargeException.in(e).orElseThrow(() -> e);
            LOG.errorf("an event of the evaluation %s is not told: %s", event.evaluation(), tooLarge.getMessage());
        }
    }

    /** @return how many */
    private int bringSome() {
        return database.read(connection -> {
            var entries = outbox.oldest(connection, AT_ONCE);
            for (var entry : entries) {
                bring(entry.event());
                outbox.remove(connection, entry.id());
            }
            return entries.size();
        });
    }
}
