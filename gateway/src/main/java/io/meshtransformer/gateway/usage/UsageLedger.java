package io.meshtransformer.gateway.usage;

import io.meshtransformer.contracts.Usage;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Counts what finished requests took, and writes the sums to the database now and then, and at the end. */
@Singleton
public final class UsageLedger {
    private static final Logger LOG = Logger.getLogger(UsageLedger.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration END_PATIENCE = Duration.ofSeconds(10);

    private final UsageRepository repository;
    private final Clock clock = Clock.systemUTC();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private Map<Account, Sums> pending = new HashMap<>();
    private Thread writer;

    /** @param key id of the key, empty for none */
    public record Account(Optional<Long> key, String model, LocalDate day) {}

    /** What an account's requests took together. */
    public record Sums(long requests, long promptTokens, long completionTokens) {
        Sums plus(Sums other) {
            return new Sums(
                    requests + other.requests,
                    promptTokens + other.promptTokens,
                    completionTokens + other.completionTokens);
        }
    }

    UsageLedger(UsageRepository repository) {
        this.repository = repository;
    }

    /** Counts a finished request; waits for nothing. */
    public void add(Optional<Long> key, String model, Usage usage) {
        add(
                new Account(key, model, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)),
                new Sums(1, usage.promptTokens(), usage.completionTokens()));
    }

    private synchronized void add(Account account, Sums sums) {
        pending.merge(account, sums, Sums::plus);
    }

    private synchronized Map<Account, Sums> take() {
        var taken = pending;
        pending = new HashMap<>();
        return taken;
    }

    void start(@Observes StartupEvent event) {
        writer = Thread.ofVirtual().name("usage-ledger").start(this::run);
    }

    /** Requests have ended before, so nothing is added any more. */
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping.countDown();
        if (writer != null && !writer.join(END_PATIENCE)) {
            LOG.errorf("usage was not written within %d s of the end", END_PATIENCE.toSeconds());
        }
    }

    private void run() {
        try {
            boolean ending = false;
            while (!ending) {
                ending = stopping.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
                write();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        var taken = take();
        if (taken.isEmpty()) {
            return;
        }
        try {
            repository.add(taken);
        } catch (RuntimeException e) {
            LOG.errorf("usage is not written, it is kept for the next try: %s; %s", e.getMessage(), taken);
            taken.forEach(this::add);
        }
    }
}
