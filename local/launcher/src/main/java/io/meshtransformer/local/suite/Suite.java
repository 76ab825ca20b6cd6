package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.files.DirectoryLock;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.process.PortOwner;
import io.meshtransformer.local.process.ProcessIdentity;
import io.meshtransformer.local.process.Watchdog;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * Everything that runs on one machine: broker and database first and side by side, then the services, each watched and
 * started again when it dies. The end goes the other way: the gateway, what computes, what stores.
 */
public final class Suite implements AutoCloseable {
    private static final Duration SERVICE_PATIENCE = Duration.ofSeconds(15);
    /** A recording JVM writes its recording when it ends. */
    private static final Duration RECORDING_PATIENCE = Duration.ofSeconds(90);

    private static final Duration STORE_PATIENCE = Duration.ofSeconds(20);

    private final SuiteOptions options;
    private final DirectoryLock lock;
    private final Journal journal;
    private final StoreLog storeLog;
    private final Watchdog watchdog;
    private final StateKeeper keeper;
    private final InstantSource clock;
    private final Instant begun;
    private final Stores stores;
    private final List<ServiceProcess> services = new ArrayList<>();
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Suite(SuiteOptions options, DirectoryLock lock, Journal journal, InstantSource clock) {
        this.options = options;
        this.lock = lock;
        this.journal = journal;
        this.clock = clock;
        this.begun = clock.instant();
        this.storeLog = StoreLog.open(options.home().log(Stores.BROKER));
        this.watchdog = Watchdog.start(options.home().log("launcher"));
        this.keeper = new StateKeeper(new StateFile(options.home().stateFile()), SuiteLayout.first(options, watchdog));
        this.stores = new Stores(options.home(), RestartPolicy.STANDARD, clock, new StoreWatch());
    }

    /**
     * Takes the home, cleans up after an earlier launcher that was killed, and makes the suite ready to {@link #start()}.
     *
     * @param out gets a line for everything that happens
     * @throws LauncherException if a suite runs on this home, the gateway's port is taken or a service is not built
     */
    public static Suite prepare(SuiteOptions options, PrintStream out, InstantSource clock)
            throws InterruptedException {
        requireNonNull(options, "options is null");
        Services.requireBuilt(options.root(), options.nativeExecutables());
        var home = options.home();
        var lock = home.tryLock().orElseThrow(() -> RunningSuite.alreadyThere(home));
        try {
            LogFiles.rotateAll(home.logs());
            var journal = Journal.open(home.log("launcher"), out, clock);
            new Leftovers(home, journal::line).clean();
            PortOwner.requireFree(options.port());
            return new Suite(options, lock, journal, clock);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Starts everything and returns when all of it is ready.
     *
     * @throws LauncherException if something does not come up; the suite is then to be closed
     */
    public void start() throws InterruptedException {
        try {
            var state = keeper.state();
            Background.await(stores.start(state.port(Stores.BROKER), state.port(Stores.DATABASE)));
            startServices();
        } catch (LauncherException e) {
            keeper.phase(SuiteState.Phase.FAILED, e.getMessage());
            throw e;
        }
        keeper.phase(SuiteState.Phase.READY, null);
        journal.line("ready: " + options.url());
    }

    /** Of the services that were started. */
    List<ServiceDefinition> definitions() {
        synchronized (services) {
            return services.stream().map(ServiceProcess::definition).toList();
        }
    }

    /** Waits for as long as the suite runs: until this process ends. */
    public void awaitEnd() throws InterruptedException {
        Thread.currentThread().join();
    }

    private void startServices() throws InterruptedException {
        var state = keeper.state();
        var definitions = new Services(
                options,
                new Services.Addresses(
                        stores.bootstrapServers(),
                        stores.jdbcUrl(),
                        state.port(Services.TOKENIZER),
                        state.port(Services.INFERENCE),
                        state.port(Services.TRAINING),
                        state.port(Services.EVALUATION)));
        var allReady = new ArrayList<CompletableFuture<Void>>();
        // The slowest first.
        for (var definition : List.of(
                definitions.inference(),
                definitions.gateway(),
                definitions.training(),
                definitions.evaluation(),
                definitions.tokenizer())) {
            var ready = new CompletableFuture<Void>();
            allReady.add(ready);
            begin(new ServiceProcess(
                    definition,
                    options.home().log(definition.name()),
                    RestartPolicy.STANDARD,
                    Readiness::of,
                    clock,
                    event -> happened(definition.name(), event, ready)));
        }
        Background.await(
                CompletableFuture.anyOf(failed, CompletableFuture.allOf(allReady.toArray(CompletableFuture[]::new))));
    }

    private void begin(ServiceProcess service) {
        synchronized (services) {
            if (!closed.get()) {
                services.add(service);
                service.start();
            }
        }
    }

    private void happened(String service, ServiceProcess.Event event, CompletableFuture<Void> ready) {
        switch (event) {
            case ServiceProcess.Event.Started started -> {
                watchdog.add(started.process().pid(), Watchdog.Signal.KILL);
                keeper.started(service, started.process());
            }
            case ServiceProcess.Event.Ready nowReady -> {
                ready(service, nowReady.process());
                ready.complete(null);
            }
            case ServiceProcess.Event.Died died -> died(service, died.process(), died.reason(), died.untilNextStart());
            case ServiceProcess.Event.GivenUp givenUp -> givenUp(service, givenUp.reason());
        }
    }

    private void died(String service, ProcessIdentity process, String reason, Duration untilNextStart) {
        watchdog.remove(process.pid());
        keeper.died(service);
        journal.line("%s (pid %d) %s; it starts again in %.1f s"
                .formatted(service, process.pid(), reason, untilNextStart.toMillis() / 1e3));
    }

    private void givenUp(String service, String reason) {
        ended(service);
        var line = "%s %s (log: %s)".formatted(service, reason, options.home().log(service));
        journal.line(line);
        failed.completeExceptionally(new LauncherException(line));
    }

    private void ready(String service, ProcessIdentity process) {
        var before = keeper.state().service(service).orElseThrow();
        var seconds = Duration.between(begun, clock.instant()).toMillis() / 1e3;
        keeper.ready(service, process, seconds);
        journal.line(
                before.seconds() == null
                        ? SuiteLayout.readyLine(service, seconds, before.port())
                        : "%s is ready again (pid %d)".formatted(service, process.pid()));
    }

    private void ended(String service) {
        var process = keeper.state().service(service).orElseThrow().process();
        if (process != null) {
            watchdog.remove(process.pid());
        }
        keeper.ended(service);
    }

    private final class StoreWatch implements Stores.Listener {
        @Override
        public void started(String store, ProcessIdentity process) {
            if (process.pid() != ProcessHandle.current().pid()) {
                watchdog.add(process.pid(), Watchdog.Signal.INT);
            }
            ready(store, process);
        }

        @Override
        public void died(String store, ProcessIdentity process, String reason, Duration untilNextStart) {
            Suite.this.died(store, process, reason, untilNextStart);
        }

        @Override
        public void givenUp(String store, String reason) {
            Suite.this.givenUp(store, reason);
        }

        @Override
        public void stopped(String store) {
            ended(store);
        }
    }

    /** Ends everything in order, within bounded time; a second call does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        var failure = keeper.state().failure();
        try (lock;
                storeLog;
                journal;
                watchdog) {
            journal.line("stopping");
            keeper.phase(failure == null ? SuiteState.Phase.STOPPING : SuiteState.Phase.FAILED, failure);
            // The door closes first: nothing new comes in, and open streams hear it from the gateway.
            stopServices(Services.GATEWAY::equals);
            stopServices(Predicate.not(Services.GATEWAY::equals));
            stopStores();
            keeper.phase(failure == null ? SuiteState.Phase.STOPPED : SuiteState.Phase.FAILED, failure);
            journal.line("stopped");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while the suite stops", e);
        }
    }

    private void stopServices(Predicate<String> names) throws InterruptedException {
        List<ServiceProcess> chosen;
        synchronized (services) {
            chosen = services.stream()
                    .filter(service -> names.test(service.definition().name()))
                    .toList();
        }
        Background.await(CompletableFuture.allOf(chosen.stream()
                .map(service -> Background.run("stop-" + service.definition().name(), () -> stop(service)))
                .toArray(CompletableFuture[]::new)));
    }

    private void stop(ServiceProcess service) {
        try {
            service.stop(options.caches() == AotCache.Mode.RECORD ? RECORDING_PATIENCE : SERVICE_PATIENCE);
            ended(service.definition().name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while a service stops", e);
        }
    }

    private void stopStores() throws InterruptedException {
        try {
            stores.stop(STORE_PATIENCE);
        } catch (LauncherException e) {
            // The end goes on: what is left ends with this process, the database by the watchdog.
            journal.line(e.getMessage());
        }
    }
}
