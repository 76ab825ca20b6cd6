package io.meshtransformer.training.service.control;

import io.meshtransformer.training.service.launch.Launchers;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Starts what goes on by itself, each on a virtual thread, and ends it. */
@Singleton
public final class Lifecycle {
    private static final Logger LOG = Logger.getLogger(Lifecycle.class);
    /** Before channels, which start at 1000, bring anything. */
    private static final int BEFORE_CHANNELS = 900;

    private static final Duration END_PATIENCE = Duration.ofSeconds(5);

    private final EventChannel events;
    private final OutboxRelay relay;
    private final Hearing hearing;
    private final Reconciler reconciler;
    private final ControlPlane controlPlane;
    private final Launchers launchers;
    private final TrainingConfiguration configuration;
    private final List<Thread> threads = new ArrayList<>();

    Lifecycle(
            EventChannel events,
            OutboxRelay relay,
            Hearing hearing,
            Reconciler reconciler,
            ControlPlane controlPlane,
            Launchers launchers,
            TrainingConfiguration configuration) {
        this.events = events;
        this.relay = relay;
        this.hearing = hearing;
        this.reconciler = reconciler;
        this.controlPlane = controlPlane;
        this.launchers = launchers;
        this.configuration = configuration;
    }

    void start(@Observes @Priority(BEFORE_CHANNELS) StartupEvent event) {
        begin("events", events::run);
        begin("outbox", relay::run);
        begin("hearing", hearing::run);
        begin("reconciler", reconciler::run);
    }

    /** A handful of threads that wait for the database: for these, virtual ones would only be more to switch between. */
    private void begin(String name, Runnable work) {
        threads.add(Thread.ofPlatform().daemon().name(name).start(work));
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        events.stop();
        relay.stop();
        hearing.stop();
        reconciler.stop();
        for (var thread : threads) {
            if (!thread.join(END_PATIENCE)) {
                LOG.errorf("%s did not end within %d s", thread.getName(), END_PATIENCE.toSeconds());
            }
        }
        if (configuration.stopWorkersAtShutdown()) {
            launchers.stopLocal(controlPlane.assignments(), configuration.shutdownPatience());
        }
    }

    /** Whether all that should go on does. */
    boolean going() {
        return threads.stream().allMatch(Thread::isAlive);
    }
}
