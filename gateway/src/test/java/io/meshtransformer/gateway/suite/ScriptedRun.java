package io.meshtransformer.gateway.suite;

import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.RunCurve;
import io.meshtransformer.contracts.RunDescription;
import io.meshtransformer.contracts.RunPhase;
import io.meshtransformer.contracts.RunState;
import io.meshtransformer.contracts.TrainingCommand;
import io.meshtransformer.contracts.TrainingEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a run is after the events it was given. */
final class ScriptedRun {
    private final JsonObject configuration;
    private final Instant created = Instant.now();
    private final List<TrainingEvent> events = new ArrayList<>();

    ScriptedRun(JsonObject configuration) {
        this.configuration = configuration;
    }

    synchronized void apply(TrainingEvent event) {
        events.add(event);
    }

    synchronized RunDescription description() {
        var started = last(TrainingEvent.RunStarted.class);
        var step = last(TrainingEvent.StepCompleted.class);
        var validation = last(TrainingEvent.ValidationCompleted.class);
        var best = all(TrainingEvent.ValidationCompleted.class)
                .map(TrainingEvent.ValidationCompleted::loss)
                .min(Double::compare);
        return new RunDescription(
                configuration.text("name"),
                state(),
                last(TrainingEvent.RunFailed.class) == null
                        ? null
                        : last(TrainingEvent.RunFailed.class).reason(),
                configuration,
                "local",
                started == null ? 0 : 1,
                step == null ? 0 : step.step(),
                started == null ? null : started.totalSteps(),
                started == null ? null : started.parameters(),
                started == null ? null : started.devices(),
                started == null ? null : started.deviceKind(),
                started == null ? null : started.mesh(),
                state() == RunState.RUNNING ? RunPhase.STEPPING : null,
                step == null ? null : step.loss(),
                validation == null ? null : validation.loss(),
                best.orElse(null),
                step == null ? null : step.tokensPerSecond(),
                step == null ? null : step.mfu(),
                step == null ? 0 : step.tokens(),
                checkpoints(),
                created,
                started == null ? null : started.time(),
                null);
    }

    private RunState state() {
        return events.reversed().stream()
                .<RunState>mapMulti((event, next) -> {
                    switch (event) {
                        case TrainingEvent.RunQueued _ -> next.accept(RunState.QUEUED);
                        case TrainingEvent.RunStarted _, TrainingEvent.StepCompleted _ -> next.accept(RunState.RUNNING);
                        case TrainingEvent.RunFinished _ -> next.accept(RunState.FINISHED);
                        case TrainingEvent.RunFailed _ -> next.accept(RunState.FAILED);
                        case TrainingEvent.RunCancelled _ -> next.accept(RunState.CANCELLED);
                        default -> {
                            // Nothing that a script uses.
                        }
                    }
                })
                .findFirst()
                .orElse(RunState.ACCEPTED);
    }

    private List<RunDescription.CheckpointDescription> checkpoints() {
        var published = all(TrainingEvent.CheckpointCommitted.class)
                .filter(TrainingEvent.CheckpointCommitted::publish)
                .map(TrainingEvent.CheckpointCommitted::step)
                .toList();
        var best = all(TrainingEvent.CheckpointCommitted.class)
                .filter(TrainingEvent.CheckpointCommitted::best)
                .mapToLong(TrainingEvent.CheckpointCommitted::step)
                .max()
                .orElse(0);
        return all(TrainingEvent.CheckpointCommitted.class)
                .filter(committed -> !committed.publish())
                .map(committed -> new RunDescription.CheckpointDescription(
                        committed.step(),
                        committed.path(),
                        committed.bytes(),
                        committed.validationLoss(),
                        committed.step() == best,
                        published.contains(committed.step()),
                        committed.time()))
                .toList();
    }

    /** The committed checkpoint of a step, null where there is none. */
    synchronized TrainingEvent.CheckpointCommitted checkpoint(Long step) {
        return all(TrainingEvent.CheckpointCommitted.class)
                .filter(committed -> committed.step() == step)
                .findFirst()
                .orElse(null);
    }

    synchronized RunCurve curve(TrainingCommand.ReadHistory history) {
        var steps = all(TrainingEvent.StepCompleted.class)
                .filter(step -> step.step() >= history.fromStep())
                .toList();
        long stride = Math.max(1, Math.ceilDiv(steps.size(), history.limit()));
        return new RunCurve(
                stride,
                steps.stream()
                        .filter(step -> step.step() % stride == 0 || step == steps.getLast())
                        .map(step -> new RunCurve.StepPoint(
                                step.step(),
                                step.time(),
                                step.loss(),
                                step.crossEntropy(),
                                step.learningRate(),
                                step.gradientNorm(),
                                step.gradientNoiseScale(),
                                step.seconds(),
                                step.tokensPerSecond(),
                                step.mfu(),
                                step.tokens(),
                                step.epoch()))
                        .toList(),
                all(TrainingEvent.ValidationCompleted.class)
                        .filter(validation -> validation.step() >= history.fromStep())
                        .map(validation -> new RunCurve.ValidationPoint(
                                validation.step(), validation.time(), validation.set(), validation.loss()))
                        .toList());
    }

    private <E extends TrainingEvent> Stream<E> all(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast);
    }

    private <E extends TrainingEvent> E last(Class<E> kind) {
        return all(kind).reduce((_, later) -> later).orElse(null);
    }
}
