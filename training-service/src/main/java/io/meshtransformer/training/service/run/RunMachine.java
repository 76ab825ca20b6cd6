package io.meshtransformer.training.service.run;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.TrainingEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;

/**
 * The life of a run: a state and what it meets make the next state and what is to be done. Knows no clock, no database
 * and no process.
 *
 * <p>The same input met twice does the same as once, for what is to be done may have been cut off by a crash.
 */
public final class RunMachine {
    private final Patience patience;

    public RunMachine(Patience patience) {
        this.patience = requireNonNull(patience, "patience is null");
    }

    public Transition meet(Run run, Input input, Instant now) {
        return switch (input) {
            case Input.Resume _ -> resume(run);
            case Input.Cancel _ -> cancel(run, now);
            case Input.Place _ -> place(run, now);
            case Input.NoPlace _ -> noPlace(run, now);
            case Input.Heard(var event) -> heard(run, event, now);
            case Input.WorkerEnded(var attempt, var ending) ->
                attempt == run.attempts() ? ended(run, ending, now) : Transition.to(run);
            case Input.LaunchFailed(var attempt, var reason) ->
                attempt == run.attempts() ? ended(run, new Ending.Died(reason), now) : Transition.to(run);
            case Input.Tick(var hearingSince) -> tick(run, hearingSince, now);
            case Input.TakenOver _ -> takenOver(run);
        };
    }

    private static Transition resume(Run run) {
        return switch (run.state()) {
            case State.Ended _ -> Transition.to(run.with(new State.Accepted()).withFailures(0));
            case State.Accepted _, State.Queued _, State.WithWorker _, State.Restarting _ -> Transition.to(run);
        };
    }

    private Transition cancel(Run run, Instant now) {
        return switch (run.state()) {
            case State.Accepted _, State.Queued _, State.Restarting _ -> cancelled(run, now);
            case State.Starting _, State.Running _, State.Preempted _ ->
                Transition.to(
                        run.with(new State.Cancelling(now.plus(patience.cancel()))),
                        new Action.Stop(run.name(), run.attempts()));
            case State.Cancelling _, State.Ended _ -> Transition.to(run);
        };
    }

    private static Transition place(Run run, Instant now) {
        return switch (run.state()) {
            case State.Accepted _, State.Queued _ -> launched(run, now);
            case State.WithWorker _, State.Restarting _, State.Ended _ -> Transition.to(run);
        };
    }

    private static Transition launched(Run run, Instant now) {
        var next = run.with(new State.Starting(now)).withNextAttempt();
        return Transition.to(
                next,
                new Action.Publish(new TrainingEvent.WorkerStarting(next.name(), next.attempts(), now)),
                new Action.Launch(next.name(), next.attempts()));
    }

    private static Transition noPlace(Run run, Instant now) {
        return switch (run.state()) {
            case State.Accepted _ -> queued(run, now);
            case State.Queued _, State.WithWorker _, State.Restarting _, State.Ended _ -> Transition.to(run);
        };
    }

    private static Transition queued(Run run, Instant now) {
        return Transition.to(
                run.with(new State.Queued()),
                new Action.Publish(new TrainingEvent.RunQueued(run.name(), run.attempts(), now)));
    }

    private Transition heard(Run run, TrainingEvent event, Instant now) {
        // A checkpoint is one, whichever worker made it.
        var known = event instanceof TrainingEvent.CheckpointCommitted commit && commit.step() > run.committed()
                ? run.withCommit(commit.step())
                : run;
        if (event.attempt() != run.attempts()) {
            return Transition.to(known);
        }
        return switch (run.state()) {
            case State.Starting _ -> said(known, event, now, new State.Starting(now));
            case State.Running _ -> said(known, event, now, new State.Running(now));
            case State.Preempted _ -> said(known, event, now, new State.Preempted(now));
            case State.Cancelling same -> said(known, event, now, same);
            case State.Accepted _, State.Queued _, State.Restarting _, State.Ended _ -> Transition.to(known);
        };
    }

    /** @param same the state it has, with the worker heard now */
    private static Transition said(Run run, TrainingEvent event, Instant now, State same) {
        return switch (event) {
            case TrainingEvent.RunStarted _
            when same instanceof State.Starting -> Transition.to(run.with(new State.Running(now)));
            case TrainingEvent.RunPreempted _
            when !(same instanceof State.Cancelling) -> Transition.to(run.with(new State.Preempted(now)));
            case TrainingEvent.RunFinished _ -> Transition.to(run.with(new State.Finished(now)));
            case TrainingEvent.WorkerFailed failed when failed.permanent() -> failed(run, failed.reason(), now);
            case TrainingEvent.RunAccepted _,
                    TrainingEvent.RunQueued _,
                    TrainingEvent.WorkerStarting _,
                    TrainingEvent.RunRestarting _,
                    TrainingEvent.RunFailed _,
                    TrainingEvent.RunCancelled _ -> Transition.to(run); // Our own words, no sign of a worker.
            case TrainingEvent.RunStarted _,
                    TrainingEvent.StepCompleted _,
                    TrainingEvent.ValidationCompleted _,
                    TrainingEvent.CheckpointCommitted _,
                    TrainingEvent.CheckpointFailed _,
                    TrainingEvent.CheckpointDeleted _,
                    TrainingEvent.WorkerFailed _,
                    TrainingEvent.RunPreempted _,
                    TrainingEvent.Heartbeat _ -> Transition.to(run.with(same));
        };
    }

    private Transition ended(Run run, Ending ending, Instant now) {
        return switch (run.state()) {
            case State.Starting _, State.Running _, State.Preempted _ ->
                switch (ending) {
                    case Ending.Finished _ -> Transition.to(run.with(new State.Finished(now)));
                    case Ending.Again _
                    when run.state() instanceof State.Starting ->
                        restarting(run, "the worker was told to end before it had begun", patience.pause(), now);
                    case Ending.Again _ -> queued(run, now);
                    case Ending.ForGood(var reason) -> failed(run, reason, now);
                    case Ending.Died _ when run.state() instanceof State.Preempted -> queued(run, now);
                    case Ending.Died(var reason) -> died(run, reason, now);
                };
            case State.Cancelling _ ->
                ending instanceof Ending.Finished
                        ? Transition.to(run.with(new State.Finished(now)))
                        : cancelled(run, now);
            case State.Accepted _, State.Queued _, State.Restarting _, State.Ended _ -> Transition.to(run);
        };
    }

    private Transition died(Run run, String reason, Instant now) {
        int failures = run.failures() + 1;
        if (failures < patience.tries()) {
            return restarting(run.withFailures(failures), reason, patience.pauseAfter(failures), now);
        }
        var every = failures == 1 ? reason : failures + " workers ended without a new checkpoint, the last: " + reason;
        return failed(run.withFailures(failures), every, now);
    }

    private static Transition restarting(Run run, String reason, Duration pause, Instant now) {
        return Transition.to(
                run.with(new State.Restarting(now.plus(pause), reason)),
                new Action.Publish(new TrainingEvent.RunRestarting(
                        run.name(), run.attempts(), now, pause.toMillis() / 1e3, reason)));
    }

    private static Transition failed(Run run, String reason, Instant now) {
        return Transition.to(
                run.with(new State.Failed(now, reason)),
                new Action.Publish(new TrainingEvent.RunFailed(run.name(), run.attempts(), now, reason)));
    }

    private static Transition cancelled(Run run, Instant now) {
        return Transition.to(
                run.with(new State.Cancelled(now)),
                new Action.Publish(new TrainingEvent.RunCancelled(run.name(), run.attempts(), now)));
    }

    private Transition tick(Run run, Instant hearingSince, Instant now) {
        return switch (run.state()) {
            case State.Starting(var heard)
            when silent(heard, hearingSince, patience.start(), now) ->
                killed(run, died(run, "the worker said nothing for " + seconds(patience.start()), now));
            case State.Running(var heard)
            when silent(heard, hearingSince, patience.silence(), now) ->
                killed(run, died(run, "the worker said nothing for " + seconds(patience.silence()), now));
            case State.Preempted(var heard)
            when silent(heard, hearingSince, patience.silence(), now) -> killed(run, queued(run, now));
            case State.Restarting(var due, var _) when !due.isAfter(now) -> launched(run, now);
            case State.Cancelling(var deadline)
            when !deadline.isAfter(now) ->
                // Again and again, until its end is seen.
                Transition.to(run, new Action.Kill(run.name(), run.attempts()));
            case State.Accepted _, State.Queued _, State.WithWorker _, State.Restarting _, State.Ended _ ->
                Transition.to(run);
        };
    }

    private static boolean silent(Instant heard, Instant hearingSince, Duration patience, Instant now) {
        var since = heard.isAfter(hearingSince) ? heard : hearingSince;
        return since.plus(patience).isBefore(now);
    }

    private static Transition killed(Run run, Transition then) {
        var actions = new ArrayList<Action>();
        actions.add(new Action.Kill(run.name(), run.attempts()));
        actions.addAll(then.actions());
        return new Transition(then.run(), actions);
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1e3 + " s";
    }

    private static Transition takenOver(Run run) {
        return switch (run.state()) {
            case State.Starting _ -> Transition.to(run, new Action.Launch(run.name(), run.attempts()));
            case State.Cancelling _ -> Transition.to(run, new Action.Stop(run.name(), run.attempts()));
            case State.Running _,
                    State.Preempted _,
                    State.Accepted _,
                    State.Queued _,
                    State.Restarting _,
                    State.Ended _ -> Transition.to(run);
        };
    }
}
