package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.process.ChildCommand;
import io.meshtransformer.local.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * One service as a child process that comes back when it dies.
 *
 * <p>A thread of its own starts the process, waits until it is ready, waits until it dies, and begins again as the
 * {@link RestartPolicy} says. A first life that ends before readiness is not repeated: the suite fails with its reason.
 */
final class ServiceProcess {
    private static final long PROBE_MILLISECONDS = 50;
    private static final Duration AFTER_KILL = Duration.ofSeconds(10);

    /** What happens to a service. */
    sealed interface Event {
        record Started(ProcessIdentity process) implements Event {}

        record Ready(ProcessIdentity process) implements Event {}

        /** @param reason a phrase: how it ended */
        record Died(ProcessIdentity process, String reason, Duration untilNextStart) implements Event {}

        /** It does not come back. */
        record GivenUp(String reason) implements Event {}
    }

    /** One life of the process, from its start to its end. */
    private record Life(Process process, ProcessIdentity identity, Instant startedAt) {}

    private final ServiceDefinition definition;
    private final Path log;
    private final RestartPolicy policy;
    private final IntPredicate ready;
    private final InstantSource clock;
    private final Consumer<Event> listener;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private volatile Process current;

    ServiceProcess(
            ServiceDefinition definition,
            Path log,
            RestartPolicy policy,
            IntPredicate ready,
            InstantSource clock,
            Consumer<Event> listener) {
        this.definition = requireNonNull(definition, "definition is null");
        this.log = requireNonNull(log, "log is null");
        this.policy = requireNonNull(policy, "policy is null");
        this.ready = requireNonNull(ready, "ready is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.listener = requireNonNull(listener, "listener is null");
        this.thread =
                Thread.ofPlatform().name("supervisor-" + definition.name()).unstarted(this::superviseAll);
    }

    ServiceDefinition definition() {
        return definition;
    }

    void start() {
        thread.start();
    }

    /** Asks the process to end, kills it if it takes longer than {@code patience}, and returns when it is gone. */
    void stop(Duration patience) throws InterruptedException {
        stopping.countDown();
        var process = current;
        if (process != null) {
            process.destroy();
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                process.waitFor(AFTER_KILL.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
        thread.join(AFTER_KILL);
    }

    private void superviseAll() {
        try {
            supervise();
        } catch (LauncherException e) {
            listener.accept(new Event.GivenUp(e.getMessage()));
        } catch (InterruptedException _) {
            // Nobody but the end of this process interrupts; stop() has the last word over the child.
            Thread.currentThread().interrupt();
        }
    }

    private void supervise() throws InterruptedException {
        var history = RestartPolicy.History.NONE;
        var everReady = false;
        while (!stopRequested()) {
            var life = launch(everReady);
            var wasReady = awaitReadiness(life);
            everReady |= wasReady;
            var exit = life.process().waitFor();
            if (stopRequested()) {
                return;
            }
            var reason = wasReady ? ending(exit) : ending(life, exit) + ": " + LogFiles.reason(log);
            var decision = policy.died(history, life.startedAt(), clock.instant(), wasReady);
            history = decision.history();
            if (!everReady || decision.delay().isEmpty()) {
                listener.accept(new Event.GivenUp(reason));
                return;
            }
            var delay = decision.delay().get();
            listener.accept(new Event.Died(life.identity(), reason, delay));
            stopping.await(delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Life launch(boolean again) {
        var builder = new ProcessBuilder(ChildCommand.deafToTerminal(definition.command()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(definition.environment());
        if (again) {
            builder.environment().putAll(definition.restartEnvironment());
        }
        try {
            var startedAt = clock.instant();
            var process = builder.start();
            current = process;
            if (stopRequested()) {
                // stop() may have looked before there was a process.
                process.destroyForcibly();
            }
            var life = new Life(process, ProcessIdentity.of(process), startedAt);
            listener.accept(new Event.Started(life.identity()));
            return life;
        } catch (IOException e) {
            throw new LauncherException("%s did not start: %s".formatted(definition.name(), e.getMessage()), e);
        }
    }

    /** Whether the process came to readiness; when not, it is dead. */
    private boolean awaitReadiness(Life life) throws InterruptedException {
        var deadline = System.nanoTime() + definition.patience().toNanos();
        while (!stopRequested() && life.process().isAlive()) {
            if (ready.test(definition.port())) {
                listener.accept(new Event.Ready(life.identity()));
                return true;
            }
            if (System.nanoTime() > deadline) {
                life.process().destroyForcibly();
                life.process().waitFor();
                return false;
            }
            stopping.await(PROBE_MILLISECONDS, TimeUnit.MILLISECONDS);
        }
        return false;
    }

    private boolean stopRequested() {
        return stopping.getCount() == 0;
    }

    /** Of a life that did not come to readiness. */
    private String ending(Life life, int exit) {
        var patience = definition.patience();
        var tooLate = Duration.between(life.startedAt(), clock.instant()).compareTo(patience) >= 0;
        return tooLate
                ? "was not ready within %.1f s".formatted(patience.toMillis() / 1e3)
                : ending(exit) + " before it was ready";
    }

    /** By the shell's convention, 128 and the number of the signal that ended the process. */
    private static String ending(int exit) {
        return exit > 128 ? "ended by signal " + (exit - 128) : "ended with exit code " + exit;
    }
}
