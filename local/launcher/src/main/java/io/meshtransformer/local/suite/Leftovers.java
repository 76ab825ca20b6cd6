package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.process.ProcessIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Ends what a launcher left running that was killed together with its watchdog. A process is touched only if pid and start
 * time are the recorded ones. Whoever calls holds the home's lock.
 */
final class Leftovers {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Home home;
    private final Consumer<String> log;

    Leftovers(Home home, Consumer<String> log) {
        this.home = requireNonNull(home, "home is null");
        this.log = requireNonNull(log, "log is null");
    }

    /** Whether there was any. */
    boolean clean() throws InterruptedException {
        var file = new StateFile(home.stateFile());
        var state = file.read();
        if (state.isEmpty()) {
            return false;
        }
        var leftovers = alive(state.get());
        for (var leftover : leftovers) {
            end(leftover);
        }
        if (state.get().phase() != SuiteState.Phase.STOPPED) {
            file.write(state.get().with(SuiteState.Phase.STOPPED, state.get().failure()));
        }
        return !leftovers.isEmpty();
    }

    private record Leftover(String name, ProcessIdentity process) {}

    /** The watchdog first: it may be at the same work. */
    private static List<Leftover> alive(SuiteState state) {
        var services = state.services().stream()
                .filter(service -> service.process() != null)
                .filter(service -> service.process().pid() != state.launcher().pid())
                .map(service -> new Leftover(service.name(), service.process()));
        var watchdog = Optional.ofNullable(state.watchdog()).stream().map(process -> new Leftover("watchdog", process));
        return Stream.concat(watchdog, services)
                .filter(leftover -> leftover.process().alive())
                .toList();
    }

    private void end(Leftover leftover) throws InterruptedException {
        var process = leftover.process();
        log.accept("ending %s, left over from an earlier run (pid %d)".formatted(leftover.name(), process.pid()));
        if (leftover.name().equals(Stores.DATABASE)) {
            process.interrupt();
            process.awaitEnd(PATIENCE);
        }
        process.kill();
        if (!process.awaitEnd(PATIENCE)) {
            throw new LauncherException("%s of an earlier run (pid %d) did not end within %d s"
                    .formatted(leftover.name(), process.pid(), PATIENCE.toSeconds()));
        }
    }
}
