package io.meshtransformer.training.service.store;

import io.meshtransformer.contracts.TrainingEvent;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Makes rows of what workers say. An event that comes twice changes nothing, and of two events for one step the later one
 * holds. Every method is part of its caller's transaction.
 */
@ApplicationScoped
public class Figures {
    private final CurveRepository curves;
    private final CheckpointRepository checkpoints;

    Figures(CurveRepository curves, CheckpointRepository checkpoints) {
        this.curves = curves;
        this.checkpoints = checkpoints;
    }

    public void add(RunEntity run, TrainingEvent event) {
        switch (event) {
            case TrainingEvent.RunStarted started -> started(run, started);
            case TrainingEvent.StepCompleted step -> {
                curves.add(step);
                stepped(run, step);
            }
            case TrainingEvent.ValidationCompleted validation -> {
                curves.add(validation);
                validated(run, validation);
            }
            case TrainingEvent.CheckpointCommitted checkpoint -> checkpoints.add(checkpoint);
            case TrainingEvent.CheckpointDeleted(var name, var _, var _, var step) -> checkpoints.remove(name, step);
            case TrainingEvent.Heartbeat heartbeat -> {
                if (heartbeat.attempt() == run.attempts) {
                    run.phase = heartbeat.phase();
                }
            }
            case TrainingEvent.RunAccepted _,
                    TrainingEvent.RunQueued _,
                    TrainingEvent.WorkerStarting _,
                    TrainingEvent.CheckpointFailed _,
                    TrainingEvent.WorkerFailed _,
                    TrainingEvent.RunPreempted _,
                    TrainingEvent.RunRestarting _,
                    TrainingEvent.RunFinished _,
                    TrainingEvent.RunFailed _,
                    TrainingEvent.RunCancelled _ -> {
                // Of these the run's state tells.
            }
        }
    }

    private static void started(RunEntity run, TrainingEvent.RunStarted event) {
        if (run.started == null) {
            run.started = event.time();
        }
        run.totalSteps = event.totalSteps();
        run.parameters = event.parameters();
        run.devices = event.devices();
        run.deviceKind = event.deviceKind();
        run.dp = event.mesh().dp();
        run.mp = event.mesh().mp();
        run.step = event.step();
    }

    private static void stepped(RunEntity run, TrainingEvent.StepCompleted event) {
        run.step = event.step();
        run.totalSteps = event.totalSteps();
        run.loss = event.loss();
        run.tokensPerSecond = event.tokensPerSecond();
        run.mfu = event.mfu();
        run.tokens = event.tokens();
    }

    private static void validated(RunEntity run, TrainingEvent.ValidationCompleted event) {
        run.validationLoss = event.loss();
        run.bestValidationLoss =
                run.bestValidationLoss == null ? event.loss() : Math.min(run.bestValidationLoss, event.loss());
    }
}
