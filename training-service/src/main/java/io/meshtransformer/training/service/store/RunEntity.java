package io.meshtransformer.training.service.store;

import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.RunDescription;
import io.meshtransformer.contracts.RunPhase;
import io.meshtransformer.contracts.RunState;
import io.meshtransformer.contracts.TrainingMesh;
import io.meshtransformer.training.service.run.Run;
import io.meshtransformer.training.service.run.State;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** A row of {@code run}. */
@Entity
@Table(name = "run")
public class RunEntity {
    @Id
    String name;

    @Column(nullable = false)
    String configuration;

    @Column(nullable = false)
    String launcher;

    @Column(nullable = false)
    Instant created;

    @Enumerated(EnumType.STRING)
    @Column(nullable = false)
    RunState state;

    Instant moment;
    String reason;
    int attempts;
    int failures;
    long committed;

    @Enumerated(EnumType.STRING)
    RunPhase phase;

    Instant started;

    @Column(name = "total_steps")
    Long totalSteps;

    Long parameters;
    Integer devices;

    @Column(name = "device_kind")
    String deviceKind;

    Integer dp;
    Integer mp;
    long step;
    Double loss;

    @Column(name = "validation_loss")
    Double validationLoss;

    @Column(name = "best_validation_loss")
    Double bestValidationLoss;

    @Column(name = "tokens_per_second")
    Double tokensPerSecond;

    Double mfu;
    long tokens;

    protected RunEntity() {}

    RunEntity(String name, JsonObject configuration, String launcher, Instant created) {
        this.name = name;
        this.created = created;
        configure(configuration, launcher);
        set(Run.accepted(name));
    }

    public String launcher() {
        return launcher;
    }

    public int attempts() {
        return attempts;
    }

    public JsonObject configuration() {
        try {
            return MessageCodec.read(configuration.getBytes(StandardCharsets.UTF_8), JsonObject.class);
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("the configuration of run " + name + " is not what was stored", e);
        }
    }

    public void configure(JsonObject wanted, String on) {
        configuration = wanted.toString();
        launcher = on;
    }

    /** What decides over its next state. */
    public Run run() {
        var current =
                switch (state) {
                    case ACCEPTED -> new State.Accepted();
                    case QUEUED -> new State.Queued();
                    case STARTING -> new State.Starting(moment);
                    case RUNNING -> new State.Running(moment);
                    case PREEMPTED -> new State.Preempted(moment);
                    case RESTARTING -> new State.Restarting(moment, reason);
                    case CANCELLING -> new State.Cancelling(moment);
                    case FINISHED -> new State.Finished(moment);
                    case FAILED -> new State.Failed(moment, reason);
                    case CANCELLED -> new State.Cancelled(moment);
                };
        return new Run(name, current, attempts, failures, committed);
    }

    public void set(Run run) {
        attempts = run.attempts();
        failures = run.failures();
        committed = run.committed();
        switch (run.state()) {
            case State.Accepted _ -> set(RunState.ACCEPTED, null, null);
            case State.Queued _ -> set(RunState.QUEUED, null, null);
            case State.Starting(var heard) -> set(RunState.STARTING, heard, null);
            case State.Running(var heard) -> set(RunState.RUNNING, heard, null);
            case State.Preempted(var heard) -> set(RunState.PREEMPTED, heard, null);
            case State.Restarting(var due, var why) -> set(RunState.RESTARTING, due, why);
            case State.Cancelling(var deadline) -> set(RunState.CANCELLING, deadline, null);
            case State.Finished(var at) -> set(RunState.FINISHED, at, null);
            case State.Failed(var at, var why) -> set(RunState.FAILED, at, why);
            case State.Cancelled(var at) -> set(RunState.CANCELLED, at, null);
        }
        if (!(run.state() instanceof State.WithWorker)) {
            phase = null;
        }
    }

    private void set(RunState next, Instant when, String why) {
        state = next;
        moment = when;
        reason = why;
    }

    public RunDescription describe(List<RunDescription.CheckpointDescription> checkpoints) {
        return new RunDescription(
                name,
                state,
                reason,
                configuration(),
                launcher,
                attempts,
                step,
                totalSteps,
                parameters,
                devices,
                deviceKind,
                dp == null ? null : new TrainingMesh(dp, mp),
                phase,
                loss,
                validationLoss,
                bestValidationLoss,
                tokensPerSecond,
                mfu,
                tokens,
                checkpoints,
                created,
                started,
                state.ended() ? moment : null);
    }
}
