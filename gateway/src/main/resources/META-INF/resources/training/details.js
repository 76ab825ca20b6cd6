import { element, write } from "../common/dom.js";
import * as format from "../common/format.js";
import { told } from "./state.js";

/** The committed checkpoints, newest first. */
export class Checkpoints {
  #publish;
  #shown = "";
  #body = element("tbody");
  #table;
  #none = element("p", { class: "nothing" }, "None is committed yet");
  #evaluated = element("a", {}, "How they were evaluated");
  root;

  /** @param publish is given the step of the checkpoint that shall be served */
  constructor(publish) {
    this.#publish = publish;
    const head = ["Step", "Validation loss", "Size", "Committed", "Served as"].map((title, index) => element("th", { scope: "col", class: index < 3 ? "figure" : null }, title));
    this.#table = element("table", { class: "checkpoints" }, element("thead", {}, element("tr", {}, head)), this.#body);
    this.root = element("section", { class: "card" }, element("h2", {}, "Checkpoints ", element("small", {}, this.#evaluated)), this.#table, this.#none);
  }

  show(run) {
    const text = JSON.stringify(run.checkpoints);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#evaluated.href = `../evaluations/#/runs/${encodeURIComponent(run.name)}`;
    this.#evaluated.hidden = run.checkpoints.length === 0;
    this.#none.hidden = run.checkpoints.length > 0;
    this.#table.hidden = run.checkpoints.length === 0;
    this.#body.replaceChildren(...run.checkpoints.toReversed().map(checkpoint => this.#row(run.name, checkpoint)));
  }

  #row(name, { step, validation_loss, best, bytes, time, path, published }) {
    const served = `${name}@${step}`;
    return element("tr", { "data-step": step, class: best ? "best" : null },
      element("th", { scope: "row", class: "figure" }, format.integer(step)),
      element("td", { class: "figure", "data-label": "Validation loss" }, format.loss(validation_loss), best ? element("span", { class: "mark", title: "The lowest validation loss of the run" }, "best") : null),
      element("td", { class: "figure", "data-label": "Size" }, format.bytes(bytes)),
      element("td", { title: path, "data-label": "Committed" }, format.moment(time)),
      element("td", { "data-label": "Served as" }, published
        ? element("code", {}, served)
        : element("button", { type: "button", title: `Serve it as ${served}`, "aria-label": `Publish step ${step}`, onclick: () => this.#publish(step) }, "Publish")));
  }
}

/** What happened to the run, newest first: what its description tells, and what is heard since. */
export class Life {
  #heard = [];
  #list = element("ol", { class: "life" });
  #shown = "";
  root = element("section", { class: "card" }, element("h2", {}, "Life"), this.#list);

  add(event) {
    const text = told(event);
    if (text) this.#heard.push({ time: event.time, text });
  }

  show(run) {
    const lines = new Map();
    for (const line of [...known(run), ...this.#heard]) lines.set(`${line.time} ${line.text}`, line);
    const sorted = [...lines.values()].sort((a, b) => Date.parse(b.time) - Date.parse(a.time));
    const shown = JSON.stringify(sorted);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#list.replaceChildren(...sorted.map(({ time, text }) => element("li", {}, element("time", { datetime: time }, format.moment(time)), element("span", {}, text))));
  }
}

function known(run) {
  const lines = [{ time: run.created, text: "accepted" }];
  if (run.started) lines.push({ time: run.started, text: "began to train" });
  if (run.finished) lines.push({ time: run.finished, text: run.reason ? `${run.state}: ${run.reason}` : run.state });
  return lines;
}

/** The configuration as it was submitted. */
export class Configuration {
  #text = element("pre", { tabindex: "0" });
  root = element("section", { class: "card" }, element("h2", {}, "Configuration"), this.#text);

  show(run) {
    write(this.#text, lines(run.configuration, ""));
  }
}

/** As YAML would have it, for reading. */
function lines(value, indent) {
  return Object.entries(value).map(([key, inner]) => inner !== null && typeof inner === "object" && !Array.isArray(inner)
    ? `${indent}${key}:\n${lines(inner, `${indent}  `)}`
    : `${indent}${key}: ${typeof inner === "string" ? inner : JSON.stringify(inner)}`).join("\n");
}
