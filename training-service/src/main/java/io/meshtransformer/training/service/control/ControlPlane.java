package io.meshtransformer.training.service.control;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.training.run.RunConfiguration;
import io.meshtransformer.training.service.launch.Assignment;
import io.meshtransformer.training.service.run.Action;
import io.meshtransformer.training.service.run.Input;
import io.meshtransformer.training.service.run.RunMachine;
import io.meshtransformer.training.service.run.State;
import io.meshtransformer.training.service.store.CheckpointRepository;
import io.meshtransformer.training.service.store.Figures;
import io.meshtransformer.training.service.store.Outbox;
import io.meshtransformer.training.service.store.RunEntity;
import io.meshtransformer.training.service.store.RunRepository;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * All that changes runs goes through here, one after the other: each change is a transaction, with the events that tell of
 * it; what is to be done to workers is handed over when it is committed.
 */
@Singleton
public final class ControlPlane {
    private static final Logger LOG = Logger.getLogger(ControlPlane.class);

    private final RunRepository runs;
    private final CheckpointRepository checkpoints;
    private final Figures figures;
    private final Outbox outbox;
    private final OutboxRelay relay;
    private final Places places;
    private final TrainingMetrics metrics;
    private final RunMachine machine;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final BlockingQueue<Action> todo = new LinkedBlockingQueue<>();

    ControlPlane(
            RunRepository runs,
            CheckpointRepository checkpoints,
            Figures figures,
            Outbox outbox,
            OutboxRelay relay,
            Places places,
            TrainingMetrics metrics,
            RunMachine machine,
            InstantSource clock) {
        this.runs = runs;
        this.checkpoints = checkpoints;
        this.figures = figures;
        this.outbox = outbox;
        this.relay = relay;
        this.places = places;
        this.metrics = metrics;
        this.machine = machine;
        this.clock = clock;
    }

    /** What is to be done to workers, by whoever can. */
    BlockingQueue<Action> todo() {
        return todo;
    }

    /** Makes a run, or lets one go on. */
    void submit(RunConfiguration wanted) {
        change(actions -> {
            var found = runs.named(wanted.name());
            if (found.isEmpty()) {
                accepted(runs.add(wanted.name(), json(wanted), wanted.launch().on(), clock.instant()));
                return;
            }
            var run = found.get();
            Submissions.check(run, wanted);
            if (run.run().state() instanceof State.Ended) {
                run.configure(json(wanted), wanted.launch().on());
                resume(run, actions);
            }
        });
    }

    void resume(String name) {
        change(actions -> resume(required(name), actions));
    }

    private void resume(RunEntity run, List<Action> actions) {
        if (run.run().state() instanceof State.Ended) {
            meet(run, new Input.Resume(), actions);
            accepted(run);
        }
    }

    private void accepted(RunEntity run) {
        outbox.add(
                new TrainingEvent.RunAccepted(run.run().name(), run.attempts(), clock.instant(), run.configuration()));
    }

    private static JsonObject json(RunConfiguration configuration) {
        return JsonObject.of(configuration.toJson());
    }

    void cancel(String name) {
        met(name, new Input.Cancel());
    }

    /** @param step of a checkpoint; the last one's where null */
    void publish(String name, Long step) {
        change(_ -> {
            var run = required(name);
            var all = checkpoints.all(name);
            var checkpoint = all.stream()
                    .filter(one -> step == null ? one == all.getLast() : one.step() == step)
                    .findFirst()
                    .orElseThrow(() -> new Refusal(
                            FailureCode.CHECKPOINT_NOT_FOUND,
                            "run '" + name + "' has "
                                    + (step == null ? "no checkpoint" : "no checkpoint of step " + step)
                                    + " to publish; it has "
                                    + all.stream().map(one -> one.step()).toList(),
                            "step"));
            requireModel(run, checkpoint.path());
            var event = new TrainingEvent.CheckpointCommitted(
                    name,
                    run.attempts(),
                    clock.instant(),
                    checkpoint.step(),
                    checkpoint.path(),
                    checkpoint.bytes(),
                    checkpoint.validationLoss(),
                    checkpoint.best(),
                    null,
                    true);
            Pins.keep(Path.of(checkpoint.path()));
            figures.add(run, event);
            outbox.add(event);
        });
    }

    /** Adapters can't be served without their model. */
    private static void requireModel(RunEntity run, String path) {
        var configuration = run.configuration().toTree();
        if (configuration.hasNonNull("lora")) {
            throw new Refusal(
                    FailureCode.INVALID_REQUEST,
                    "run '" + run.run().name() + "' trains adapters, which are no model to serve; this merges them into"
                            + " one: mtj convert "
                            + configuration.path("model").path("from").asText("BASE") + " MERGED --adapter " + path,
                    "run");
        }
    }

    /** What workers said, in its order. */
    void heard(List<TrainingEvent> events) {
        metrics.heard(events.size());
        change(actions -> {
            for (var event : events) {
                var run = runs.named(event.run());
                if (run.isEmpty()) {
                    LOG.warnf("an event of run '%s', which is none of ours, is passed over", event.run());
                } else {
                    figures.add(run.get(), event);
                    meet(run.get(), new Input.Heard(event), actions);
                }
            }
        });
    }

    /** Something happened to a run's worker. */
    void met(String name, Input input) {
        change(actions -> meet(required(name), input, actions));
    }

    /** @param hearingSince see {@link Input.Tick} */
    void tick(Instant hearingSince) {
        everyRun(new Input.Tick(hearingSince));
    }

    void takeOver() {
        everyRun(new Input.TakenOver());
    }

    private void everyRun(Input input) {
        change(actions -> {
            runs.going().forEach(run -> meet(run, input, actions));
            metrics.count();
        });
    }

    /** Runs that may have a worker, with the number of it. */
    List<Assignment> assignments() {
        return QuarkusTransaction.requiringNew().call(() -> runs.going().stream()
                .filter(run -> run.run().state() instanceof State.WithWorker)
                .map(ControlPlane::assignment)
                .toList());
    }

    /** What a worker is to be launched with; empty where that is over already. */
    Optional<Assignment> assignment(String name, int attempt) {
        return QuarkusTransaction.requiringNew().call(() -> runs.named(name)
                .filter(run -> run.attempts() == attempt && run.run().state() instanceof State.Starting)
                .map(ControlPlane::assignment));
    }

    private static Assignment assignment(RunEntity run) {
        return new Assignment(
                run.run().name(), run.attempts(), run.launcher(), run.run().state(), run.configuration());
    }

    private void meet(RunEntity run, Input input, List<Action> actions) {
        var before = run.run();
        var transition = machine.meet(before, input, clock.instant());
        run.set(transition.run());
        for (var action : transition.actions()) {
            if (action instanceof Action.Publish(var event)) {
                outbox.add(event);
            } else {
                actions.add(action);
            }
        }
        if (before.state().getClass() != transition.run().state().getClass()) {
            LOG.infof("run %s: %s", before.name(), transition.run().state());
        }
    }

    private RunEntity required(String name) {
        return runs.named(name).orElseThrow(() -> Refusal.unknownRun(name));
    }

    private void change(Consumer<List<Action>> work) {
        lock.lock();
        try {
            var actions = new ArrayList<Action>();
            QuarkusTransaction.requiringNew().run(() -> {
                work.accept(actions);
                places.assign(runs.going(), (run, input) -> meet(run, input, actions));
            });
            todo.addAll(actions);
            relay.wake();
        } finally {
            lock.unlock();
        }
    }
}
