package io.meshtransformer.training.service.control;

import io.meshtransformer.training.service.launch.Assignment;
import io.meshtransformer.training.service.launch.LaunchException;
import io.meshtransformer.training.service.launch.Launcher;
import io.meshtransformer.training.service.launch.Launchers;
import io.meshtransformer.training.service.run.Action;
import io.meshtransformer.training.service.run.Input;
import io.meshtransformer.training.service.run.State;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The hands of the {@link ControlPlane}, and its eyes: does to workers what is to be done, looks at each now and then, and
 * lets time pass. One thread, so a worker is never looked at while it is launched.
 */
@Singleton
public final class Reconciler {
    private static final Logger LOG = Logger.getLogger(Reconciler.class);

    /** For a worker's last words, where the broker has them; it may have been away, and then we are behind. */
    private static final Duration LAST_WORDS_PATIENCE = Duration.ofMinutes(1);
    /** While the broker is away: nobody knows whether there are any. */
    private static final Duration AWAY_PATIENCE = Duration.ofSeconds(10);

    private record WorkerId(String run, int attempt) {}

    /** @param end of the log of events when the worker's end was seen, empty where the broker was away */
    private record LastWords(Optional<Hearing.Place> end, long seen) {}

    private final ControlPlane controlPlane;
    private final Launchers launchers;
    private final Hearing hearing;
    private final Duration tick;
    /** Workers that may be looked at; one that is still to be launched is not missing. */
    private final Set<WorkerId> launched = new HashSet<>();

    /** Of workers whose end was seen. */
    private final Map<WorkerId, LastWords> lastWords = new HashMap<>();

    private volatile boolean stopping;
    private boolean tookOver;

    Reconciler(ControlPlane controlPlane, Launchers launchers, Hearing hearing, TrainingConfiguration configuration) {
        this.controlPlane = controlPlane;
        this.launchers = launchers;
        this.hearing = hearing;
        this.tick = configuration.tick();
    }

    void stop() {
        stopping = true;
    }

    /** Until it is stopped. */
    void run() {
        try {
            while (!stopping) {
                actUntil(System.nanoTime() + tick.toNanos());
                reconcile();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void reconcile() throws InterruptedException {
        try {
            if (!tookOver) {
                takeOver();
            }
            controlPlane.tick(hearing.since());
            lookAtWorkers();
        } catch (RuntimeException e) {
            LOG.warnf(e, "runs are looked at again in %s", tick);
        }
    }

    /** What the control plane before had launched is there, or is gone; what it was to launch comes again. */
    private void takeOver() {
        for (var worker : controlPlane.assignments()) {
            if (!(worker.state() instanceof State.Starting)) {
                launched.add(id(worker));
            }
        }
        controlPlane.takeOver();
        tookOver = true;
    }

    private void actUntil(long deadline) throws InterruptedException {
        for (var action = next(deadline); action != null; action = next(deadline)) {
            try {
                act(action);
            } catch (RuntimeException e) {
                LOG.errorf(e, "%s was not done", action);
            }
        }
    }

    private Action next(long deadline) throws InterruptedException {
        return controlPlane.todo().poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void act(Action action) {
        switch (action) {
            case Action.Launch(var run, var attempt) -> launch(run, attempt);
            case Action.Stop(var run, var attempt) -> eachLauncher(launcher -> launcher.stop(run, attempt), action);
            case Action.Kill(var run, var attempt) -> eachLauncher(launcher -> launcher.kill(run, attempt), action);
            case Action.Publish _ -> throw new IllegalArgumentException(action + " is no work for hands");
        }
    }

    private interface Deed {
        void on(Launcher launcher) throws LaunchException;
    }

    /** A run may have been submitted again for another launcher while its old worker still goes. */
    private void eachLauncher(Deed deed, Action action) {
        for (var launcher : launchers.used()) {
            try {
                deed.on(launcher);
            } catch (LaunchException e) {
                LOG.warnf("%s: %s", action, e.getMessage());
            }
        }
    }

    private void launch(String run, int attempt) {
        var assignment = controlPlane.assignment(run, attempt);
        // Cancelled meanwhile: then nothing is there to be looked at, which is its end.
        launched.add(new WorkerId(run, attempt));
        if (assignment.isPresent()) {
            try {
                launchers.named(assignment.get().launcher()).launch(assignment.get());
            } catch (LaunchException e) {
                LOG.warnf("run %s, worker %d: %s", run, attempt, e.getMessage());
                controlPlane.met(run, new Input.LaunchFailed(attempt, e.getMessage()));
            }
        }
    }

    private void lookAtWorkers() throws InterruptedException {
        var there = new HashSet<WorkerId>();
        for (var worker : controlPlane.assignments()) {
            there.add(id(worker));
            if (launched.contains(id(worker))) {
                lookAt(worker);
            }
        }
        launched.retainAll(there);
        lastWords.keySet().retainAll(there);
    }

    private void lookAt(Assignment worker) throws InterruptedException {
        try {
            var ending = launchers.named(worker.launcher()).ending(worker.run(), worker.attempt());
            if (ending.isPresent() && saidAll(worker)) {
                controlPlane.met(worker.run(), new Input.WorkerEnded(worker.attempt(), ending.get()));
            }
        } catch (LaunchException e) {
            LOG.warnf("run %s, worker %d: %s", worker.run(), worker.attempt(), e.getMessage());
        }
    }

    /** What a worker said last is heard before its end counts, for a while. */
    private boolean saidAll(Assignment worker) throws InterruptedException {
        var last = lastWords.get(id(worker));
        if (last == null) {
            last = new LastWords(hearing.end(), System.nanoTime());
            lastWords.put(id(worker), last);
        }
        var patience = last.end().isPresent() ? LAST_WORDS_PATIENCE : AWAY_PATIENCE;
        return System.nanoTime() - last.seen() > patience.toNanos()
                || (last.end().isPresent() && hearing.heardUntil(last.end().get()));
    }

    private static WorkerId id(Assignment worker) {
        return new WorkerId(worker.run(), worker.attempt());
    }
}
