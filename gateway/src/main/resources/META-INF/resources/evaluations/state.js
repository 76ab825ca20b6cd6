import * as format from "../common/format.js";

/** The states of an evaluation, and which of them the buttons are for. */
const STATES = {
  queued: { text: "queued", tone: "waiting", pauses: true, cancels: true },
  waiting: { text: "waits for its model", tone: "waiting", pauses: true, cancels: true },
  running: { text: "running", tone: "running", pauses: true, cancels: true },
  paused: { text: "paused", tone: "troubled", resumes: true, cancels: true },
  finished: { text: "finished", tone: "good" },
  failed: { text: "failed", tone: "bad", resumes: true },
  cancelled: { text: "cancelled", tone: "quiet", resumes: true },
};

export const stateOf = evaluation => STATES[evaluation.state] ?? { text: evaluation.state, tone: "quiet" };

/** Whether nothing happens to it any more, until somebody asks for it. */
export const ended = evaluation => ["finished", "failed", "cancelled"].includes(evaluation.state);

/** What an evaluation's progress is of. */
export const DOCUMENTS = "Documents judged";

/** @param bar a Progress */
export function showProgress(bar, evaluation) {
  const { documents, done } = evaluation;
  bar.show(documents > 0 ? done / documents : 0, stateOf(evaluation).tone, documents > 0 ? `${format.integer(done)} of ${format.integer(documents)} documents` : "not begun");
}

/** At what rate and for how long yet, where that is known. */
export function pace({ documents_per_second: rate, seconds_left: left }) {
  const parts = [];
  if (rate > 0) parts.push(`${format.number(rate)} documents/s`);
  if (left >= 0) parts.push(`${format.duration(left)} left`);
  return parts.join(" · ");
}

/** What is evaluated, in a line. */
export function subject({ settings }) {
  const parts = [settings.model, settings.tasks.join(", "), settings.protocols.join(" and ")];
  if (settings.limit) parts.push(`first ${format.integer(settings.limit)} documents of each`);
  if (settings.few_shot >= 0) parts.push(`${settings.few_shot} ${settings.few_shot === 1 ? "example" : "examples"}`);
  return parts.join(" · ");
}
