import { element, write } from "../common/dom.js";
import * as format from "../common/format.js";
import { Progress, StateWord } from "../common/parts.js";
import * as api from "./api.js";
import { doing, showProgress, stateOf, STEPS, timeLeft } from "./state.js";

const FIGURES = [
  ["Loss", run => format.loss(run.loss)],
  ["Validation loss", run => format.loss(run.validation_loss)],
  ["Best validation", run => format.loss(run.best_validation_loss)],
  ["Tokens per second", run => format.count(run.tokens_per_second)],
  ["Model FLOPs used", run => format.percent(run.mfu)],
  ["Tokens seen", run => format.count(run.tokens)],
  ["Time left", run => format.duration(timeLeft(run))],
];

/** How a run stands, and what can be done with it. */
export class Heading {
  #name = element("h1");
  #state = new StateWord();
  #doing = element("span", { class: "doing" });
  #reason = element("p", { class: "reason" });
  #progress = new Progress(STEPS);
  #model = element("p", { class: "model" });
  #figures = FIGURES.map(([title, text]) => [text, element("dd"), title]);
  #cancel;
  #resume;

  /** @param act is given what a button does with the run's name */
  constructor(act) {
    this.#cancel = element("button", { type: "button", class: "danger", onclick: () => act(api.cancel), title: "Commits a checkpoint and stops" }, "Cancel");
    this.#resume = element("button", { type: "button", class: "primary", onclick: () => act(api.resume), title: "Goes on from the last checkpoint" }, "Resume");
    this.root = element("header", { class: "heading" },
      element("div", { class: "title" }, this.#name, this.#state.root, this.#doing, element("span", { class: "actions" }, this.#cancel, this.#resume)),
      this.#model, this.#reason, this.#progress.root,
      element("dl", { class: "numbers" }, this.#figures.map(([, value, title]) => element("div", {}, element("dt", {}, title), value))));
  }

  show(run) {
    const state = stateOf(run);
    write(this.#name, run.name);
    this.#state.show(state);
    write(this.#doing, doing(run));
    write(this.#reason, run.reason ?? "");
    this.#reason.hidden = !run.reason;
    showProgress(this.#progress, run);
    write(this.#model, model(run));
    this.#figures.forEach(([text, value]) => write(value, text(run)));
    this.#cancel.hidden = !state.cancels && run.state !== "cancelling";
    this.#cancel.disabled = run.state === "cancelling";
    this.#resume.hidden = !state.resumes;
  }
}

function model(run) {
  const parts = [];
  if (run.parameters) parts.push(`${format.count(run.parameters)} parameters`);
  if (run.devices) parts.push(`${run.devices} × ${run.device_kind ?? "device"}`);
  if (run.mesh) parts.push(`dp ${run.mesh.dp}, mp ${run.mesh.mp}`);
  parts.push(`launched ${run.launcher === "kubernetes" ? "on Kubernetes" : "on this machine"}`);
  if (run.attempts > 1) parts.push(`worker ${run.attempts}`);
  return parts.join(" · ");
}
