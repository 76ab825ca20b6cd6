package io.meshtransformer.training.service.launch;

import io.meshtransformer.training.run.RunConfiguration.Launch;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** The launchers by their names in a run's configuration. One of a cluster is made when a run first asks for it. */
@ApplicationScoped
public class Launchers {
    private static final Logger LOG = Logger.getLogger(Launchers.class);
    private static final long LOOK_MILLIS = 50;

    private final LocalLauncher local;
    private final Instance<KubernetesLauncher> kubernetes;
    private volatile boolean kubernetesUsed;

    Launchers(LocalLauncher local, Instance<KubernetesLauncher> kubernetes) {
        this.local = local;
        this.kubernetes = kubernetes;
    }

    public Launcher named(String name) {
        return switch (name) {
            case Launch.LOCAL -> local;
            case Launch.KUBERNETES -> {
                kubernetesUsed = true;
                yield kubernetes.get();
            }
            default -> throw new IllegalArgumentException("there is no launcher '" + name + "'");
        };
    }

    /** Those that may have workers. */
    public List<Launcher> used() {
        return kubernetesUsed ? List.of(local, kubernetes.get()) : List.of(local);
    }

    /** Asks the workers on this machine to commit and end, and waits for it, at most for so long. */
    public void stopLocal(List<Assignment> workers, Duration patience) throws InterruptedException {
        var asked = new ArrayList<Assignment>();
        for (var worker : workers) {
            if (worker.launcher().equals(Launch.LOCAL)) {
                local.stop(worker.run(), worker.attempt());
                asked.add(worker);
            }
        }
        var deadline = System.nanoTime() + patience.toNanos();
        var never = new CountDownLatch(1);
        asked.removeIf(worker -> local.ending(worker.run(), worker.attempt()).isPresent());
        while (!asked.isEmpty() && System.nanoTime() < deadline) {
            never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            asked.removeIf(
                    worker -> local.ending(worker.run(), worker.attempt()).isPresent());
        }
        for (var worker : asked) {
            LOG.warnf("the worker of run %s commits still, after %s", worker.run(), patience);
        }
    }
}
