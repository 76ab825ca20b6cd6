package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.embedded.Ports;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.process.ProcessIdentity;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** A suite as other commands see it: by its state file and its processes. */
public record RunningSuite(Home home, SuiteState state) {
    /** More than all bounded waits of {@link Suite#close()} together. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);

    private static final long LOOK_MILLISECONDS = 50;

    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);

    public RunningSuite {
        requireNonNull(home, "home is null");
        requireNonNull(state, "state is null");
    }

    /** The suite whose launcher runs on this home. */
    public static Optional<RunningSuite> on(Home home) {
        return new StateFile(home.stateFile())
                .read()
                .filter(state -> state.launcher().alive())
                .map(state -> new RunningSuite(home, state));
    }

    /** @throws LauncherException if none runs */
    public static RunningSuite required(Home home) {
        return on(home).orElseThrow(() ->
                new LauncherException("no suite runs on %s: start one with './mtj up'".formatted(home.directory())));
    }

    static LauncherException alreadyThere(Home home) {
        return on(home).map(RunningSuite::alreadyThere)
                .orElseGet(() -> new LauncherException("another launcher is just starting on " + home.directory()));
    }

    /** What a second suite on the home is told. */
    public LauncherException alreadyThere() {
        return new LauncherException(
                "a suite already runs on %s (%s, process %d): use it, stop it with './mtj down', or choose another --home"
                        .formatted(
                                home.directory(), state.url(), state.launcher().pid()));
    }

    /**
     * The same suite when its start is over.
     *
     * @throws LauncherException if it fails or stops instead
     */
    public RunningSuite awaitReady() throws InterruptedException {
        var now = this;
        while (now.state().phase() == SuiteState.Phase.STARTING) {
            Thread.sleep(LOOK_MILLISECONDS);
            now = on(home).orElseThrow(() -> new LauncherException("the suite on " + home.directory() + " ended"));
        }
        return switch (now.state().phase()) {
            case READY -> now;
            case STARTING, STOPPING, STOPPED, FAILED ->
                throw new LauncherException("the suite on %s does not serve: it is %s"
                        .formatted(home.directory(), now.state().phase().name().toLowerCase(Locale.ROOT)));
        };
    }

    /** How a service is now: what its launcher knows, and what it answers itself. */
    public static SuiteState.Health health(SuiteState.Service service) {
        return switch (service.health()) {
            case STARTING, RESTARTING, DOWN -> service.health();
            case READY -> answers(service) ? SuiteState.Health.READY : SuiteState.Health.DOWN;
        };
    }

    private static boolean answers(SuiteState.Service service) {
        return switch (service.name()) {
            case Stores.BROKER, Stores.DATABASE -> Ports.accepts(service.port());
            default -> Readiness.of(service.port());
        };
    }

    /**
     * Ends what runs on this home, by force where it does not end by itself.
     *
     * @param log gets a line for what was left over from a crash
     * @return whether anything ran
     */
    public static boolean stop(Home home, Consumer<String> log) throws InterruptedException {
        var running = on(home);
        running.map(RunningSuite::state).map(SuiteState::launcher).ifPresent(ProcessIdentity::terminate);
        if (running.isPresent() && !running.get().state().launcher().awaitEnd(STOP_PATIENCE)) {
            var launcher = running.get().state().launcher();
            log.accept("the launcher (pid %d) did not end within %d s and is killed"
                    .formatted(launcher.pid(), STOP_PATIENCE.toSeconds()));
            launcher.kill();
            launcher.awaitEnd(KILL_PATIENCE);
        }
        var lock = home.tryLock()
                .orElseThrow(() -> new LauncherException("another command is working on " + home.directory()));
        try (lock) {
            return new Leftovers(home, log).clean() || running.isPresent();
        }
    }
}
