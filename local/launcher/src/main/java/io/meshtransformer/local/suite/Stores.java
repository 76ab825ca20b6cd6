package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.embedded.EmbeddedDatabase;
import io.meshtransformer.embedded.EmbeddedException;
import io.meshtransformer.embedded.EmbeddedKafka;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What keeps data: the broker in this process, and the database that this process starts. */
final class Stores {
    static final String BROKER = "kafka";
    static final String DATABASE = "postgres";

    /** Hears of each store; called from any thread. */
    interface Listener {
        void started(String store, ProcessIdentity process);

        /** It ended without being asked to, and is started again. */
        void died(String store, ProcessIdentity process, String reason, Duration untilNextStart);

        void givenUp(String store, String reason);

        void stopped(String store);
    }

    private final Home home;
    private final RestartPolicy policy;
    private final InstantSource clock;
    private final Listener listener;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile CompletableFuture<Void> starts = CompletableFuture.completedFuture(null);
    private volatile EmbeddedKafka broker;
    private volatile EmbeddedDatabase database;

    Stores(Home home, RestartPolicy policy, InstantSource clock, Listener listener) {
        this.home = requireNonNull(home, "home is null");
        this.policy = requireNonNull(policy, "policy is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.listener = requireNonNull(listener, "listener is null");
    }

    /** Begins to start both side by side; fails with {@link LauncherException}. */
    CompletableFuture<Void> start(int brokerPort, int databasePort) {
        starts = CompletableFuture.allOf(
                Background.run("start-broker", () -> startBroker(brokerPort)),
                Background.run("start-database", () -> startDatabase(databasePort, RestartPolicy.History.NONE)));
        return starts;
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    String jdbcUrl() {
        return database.jdbcUrl();
    }

    /**
     * Stops both side by side. What does not end in time ends with this process: both recover from their logs.
     *
     * @throws LauncherException if something did not stop, or not in time
     */
    void stop(Duration patience) throws InterruptedException {
        stopping.countDown();
        // What is still starting can't be stopped yet. Why a start may have failed has been said.
        var stops = starts.handle((_, _) -> null)
                .thenCompose(_ -> CompletableFuture.allOf(
                        Background.run("stop-broker", () -> stop(BROKER, broker)),
                        Background.run("stop-database", () -> stop(DATABASE, database))));
        try {
            stops.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new LauncherException(
                    "broker and database took longer than %d s to stop".formatted(patience.toSeconds()), e);
        } catch (ExecutionException e) {
            throw new LauncherException(e.getCause().getMessage(), e.getCause());
        }
    }

    private void startBroker(int port) {
        try {
            broker = EmbeddedKafka.start(home.kafka(), port, Map.of());
            listener.started(BROKER, ProcessIdentity.current());
        } catch (EmbeddedException e) {
            throw new LauncherException(e.getMessage() + " (log: " + home.log(BROKER) + ")", e);
        }
    }

    private void startDatabase(int port, RestartPolicy.History history) {
        try {
            var startedAt = clock.instant();
            database = EmbeddedDatabase.start(home.postgres(), port);
            var process = databaseProcess();
            listener.started(DATABASE, process);
            process.onEnd(() -> databaseEnded(process, port, startedAt, history));
        } catch (EmbeddedException e) {
            throw new LauncherException(e.getMessage() + " (log: " + home.log(DATABASE) + ")", e);
        }
    }

    private void databaseEnded(ProcessIdentity process, int port, Instant startedAt, RestartPolicy.History history) {
        if (stopRequested()) {
            return;
        }
        var decision = policy.died(history, startedAt, clock.instant(), true);
        if (decision.delay().isEmpty()) {
            listener.givenUp(DATABASE, "keeps ending");
            return;
        }
        listener.died(DATABASE, process, "ended", decision.delay().get());
        starts = Background.run("restart-database", () -> restartDatabase(port, decision));
    }

    private void restartDatabase(int port, RestartPolicy.Decision decision) {
        try {
            if (!stopping.await(decision.delay().orElseThrow().toMillis(), TimeUnit.MILLISECONDS)) {
                forget(database);
                startDatabase(port, decision.history());
            }
        } catch (LauncherException e) {
            listener.givenUp(DATABASE, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while the database starts again", e);
        }
    }

    /** Lets go of the data directory; there is no server any more that could be stopped. */
    private static void forget(EmbeddedDatabase dead) {
        try {
            dead.close();
        } catch (EmbeddedException _) {
            // That it did not stop is why we are here.
        }
    }

    private boolean stopRequested() {
        return stopping.getCount() == 0;
    }

    /** By the file that PostgreSQL keeps in its data directory. */
    private ProcessIdentity databaseProcess() {
        try (var lines = Files.lines(home.postgres().resolve("data").resolve("postmaster.pid"))) {
            return lines.findFirst()
                    .flatMap(line -> ProcessIdentity.of(Long.parseLong(line.strip())))
                    .orElseThrow(() -> new LauncherException("PostgreSQL ended as soon as it had started"));
        } catch (IOException e) {
            throw new LauncherException("PostgreSQL's postmaster.pid can't be read: " + e, e);
        }
    }

    private void stop(String name, AutoCloseable store) {
        if (store == null) {
            return;
        }
        try {
            store.close();
        } catch (Exception e) {
            throw new LauncherException(name + " did not stop: " + e.getMessage(), e);
        }
        listener.stopped(name);
    }
}
