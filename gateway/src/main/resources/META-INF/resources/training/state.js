import * as format from "../common/format.js";

/** The states of a run, and which of them the buttons are for. */
const STATES = {
  accepted: { text: "accepted", tone: "waiting", cancels: true },
  queued: { text: "queued", tone: "waiting", cancels: true },
  starting: { text: "starting", tone: "waiting", cancels: true },
  running: { text: "running", tone: "running", cancels: true },
  preempted: { text: "pre-empted", tone: "troubled", cancels: true },
  restarting: { text: "restarting", tone: "troubled", cancels: true },
  cancelling: { text: "cancelling", tone: "troubled" },
  finished: { text: "finished", tone: "good" },
  failed: { text: "failed", tone: "bad", resumes: true },
  cancelled: { text: "cancelled", tone: "quiet", resumes: true },
};

/** What an event that changes a run's state changes it to. */
const CHANGES = {
  accepted: "accepted", queued: "queued", starting: "starting", started: "running", preempted: "preempted",
  restarting: "restarting", finished: "finished", failed: "failed", cancelled: "cancelled",
};

export const stateOf = run => STATES[run.state] ?? { text: run.state, tone: "quiet" };

/** Whether the run is to be asked for anew: an event says less than its description. */
export const changesRun = event => event.type in CHANGES || event.type.startsWith("checkpoint") || event.type === "worker-failed";

/** The run after an event, as far as the event tells. */
export function after(run, event) {
  switch (event.type) {
    case "step": {
      const { step, total_steps, loss, tokens_per_second, mfu, tokens } = event;
      return { ...run, state: run.state === "cancelling" ? run.state : "running", phase: "stepping", step, total_steps, loss, tokens_per_second, mfu, tokens };
    }
    case "validation": {
      const best = Math.min(event.loss, run.best_validation_loss ?? Infinity);
      return { ...run, validation_loss: event.loss, best_validation_loss: best };
    }
    case "heartbeat":
      return { ...run, phase: event.phase };
    default:
      return event.type in CHANGES ? { ...run, state: CHANGES[event.type], reason: event.reason } : run;
  }
}

/** From 0 to 1. */
const progress = run => run.total_steps > 0 ? Math.min(run.step / run.total_steps, 1) : 0;

/** What a run's progress is of. */
export const STEPS = "Steps taken";

/** @param bar a Progress */
export function showProgress(bar, run) {
  bar.show(progress(run), stateOf(run).tone, run.total_steps ? `${format.integer(run.step)} of ${format.integer(run.total_steps)}` : "not begun");
}

/** Seconds until the last step at the present speed, or null. */
export function timeLeft(run) {
  if (run.state !== "running" || !(run.step > 0 && run.tokens > 0 && run.tokens_per_second > 0)) return null;
  return (run.total_steps - run.step) * (run.tokens / run.step) / run.tokens_per_second;
}

/** What a worker is busy with, where that is not the steps themselves. */
export const doing = run => run.state === "running" || run.state === "starting"
  ? { loading: "loading weights", compiling: "compiling the step", validating: "validating", saving: "saving a checkpoint" }[run.phase] ?? ""
  : "";

/** One line of a run's life. */
export function told(event) {
  switch (event.type) {
    case "accepted": return "accepted";
    case "queued": return "queued: as many runs as may are running";
    case "starting": return `worker ${event.attempt} is started`;
    case "started": return `training from step ${format.integer(event.step)} on ${event.devices} × ${event.device_kind ?? "device"} (dp ${event.mesh.dp}, mp ${event.mesh.mp})`;
    case "worker-failed": return `worker ${event.attempt} failed: ${event.reason}`;
    case "preempted": return `pre-empted, step ${format.integer(event.step)} is committed`;
    case "restarting": return `starts again in ${format.duration(event.pause)}: ${event.reason}`;
    case "checkpoint-failed": return `the checkpoint of step ${format.integer(event.step)} was not written: ${event.reason}`;
    case "finished": return `finished with step ${format.integer(event.step)}`;
    case "failed": return `failed: ${event.reason}`;
    case "cancelled": return "cancelled";
    default: return null;
  }
}
