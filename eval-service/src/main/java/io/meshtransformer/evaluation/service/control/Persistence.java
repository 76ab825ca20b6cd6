package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.evaluation.service.store.Database.DatabaseException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Tries again while the database is away: whoever waits would fare no better elsewhere. */
@Singleton
public final class Persistence {
    private static final Logger LOG = Logger.getLogger(Persistence.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final CountDownLatch stopping = new CountDownLatch(1);

    /** @throws DatabaseException if it is still away when this service ends */
    public <T> T untilItIsThere(Supplier<T> work) {
        while (true) {
            try {
                return work.get();
            } catch (DatabaseException e) {
                LOG.warnf("tried again in %s: %s", PAUSE, e.getMessage());
                if (stoppedWithin(PAUSE)) {
                    throw e;
                }
            }
        }
    }

    private boolean stoppedWithin(Duration time) {
        try {
            return stopping.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    void stop() {
        stopping.countDown();
    }
}
