import { element, whenDrawing, write } from "../common/dom.js";
import * as format from "../common/format.js";
import { commandLine, connection, Progress, StateWord } from "../common/parts.js";
import * as api from "./api.js";
import { after, changesRun, showProgress, stateOf, STEPS, timeLeft } from "./state.js";

const COLUMNS = [
  ["Run", null], ["State", null], ["Progress", null], ["Loss", "loss"], ["Validation", "validation_loss"], ["Tokens/s", "tokens_per_second"], ["Left", "left"], ["Created", "created"],
];

/** All runs, newest first, kept fresh by their events. */
export class RunList {
  #runs = [];
  #rows = new Map();
  #body = element("tbody");
  #content = element("div");
  #draw = whenDrawing(() => this.#redraw());
  #title = element("h1", {}, "Training runs");
  root = element("div", { class: "page" }, this.#title, this.#content);

  open() {
    document.title = "Training · Mesh Transformer Java";
    this.#content.append(element("p", { class: "waiting" }, "Asking for the runs…"));
    // What is missed while there is no connection is in the list that is asked for when it stands.
    this.#stop = api.events([], {
      onOpen: () => this.#ask(),
      onEvent: event => this.#take(event),
      onLost: lost => this.lost(lost),
    });
  }

  #stop;

  close() {
    this.#stop();
  }

  lost(lost) {
    connection(lost);
    if (this.#rows.size === 0 || lost.status === 401) this.onFailure(lost);
  }

  async #ask() {
    try {
      this.#runs = await api.runs();
      connection(null);
      this.#draw();
    } catch (refusal) {
      this.lost(refusal);
    }
  }

  #take(event) {
    const index = this.#runs.findIndex(run => run.name === event.run);
    if (index < 0 || changesRun(event)) {
      clearTimeout(this.#soon);
      this.#soon = setTimeout(() => this.#ask(), 300);
    }
    if (index >= 0) {
      this.#runs[index] = after(this.#runs[index], event);
      this.#draw();
    }
  }

  #soon;

  #redraw() {
    // Something else may have stood in its place.
    if (!this.#content.isConnected) this.root.replaceChildren(this.#title, this.#content);
    if (this.#runs.length === 0) {
      this.#rows.clear();
      this.#content.replaceChildren(this.#noRuns());
      return;
    }
    if (!this.#body.isConnected) {
      const head = element("tr", {}, COLUMNS.map(([title, figure]) => element("th", { scope: "col", class: figure ? "figure" : null }, title)));
      this.#content.replaceChildren(element("table", { class: "runs" }, element("thead", {}, head), this.#body));
    }
    const rows = this.#runs.map(run => {
      if (!this.#rows.has(run.name)) this.#rows.set(run.name, new Row(run.name));
      const row = this.#rows.get(run.name);
      row.show(run);
      return row.root;
    });
    const stands = rows.length === this.#body.children.length && rows.every((row, index) => this.#body.children[index] === row);
    if (!stands) this.#body.replaceChildren(...rows);
  }

  #noRuns() {
    return element("div", { class: "empty" },
      element("h2", {}, "No runs yet"),
      element("p", {}, "A run is a file of a few lines. Start one, and its curves are drawn here while it trains:"),
      commandLine("./mtj train runs/stories.yaml"));
  }
}

class Row {
  #state = new StateWord();
  #progress = new Progress(STEPS);
  #figures = COLUMNS.filter(([, figure]) => figure).map(([title, figure]) => [figure, element("td", { class: "figure", "data-label": title })]);

  constructor(name) {
    const link = element("a", { href: `#/runs/${encodeURIComponent(name)}` }, name);
    this.root = element("tr", { "data-run": name },
      element("th", { scope: "row" }, link),
      element("td", { "data-label": "State" }, this.#state.root),
      element("td", { "data-label": "Progress" }, this.#progress.root),
      this.#figures.map(([, cell]) => cell));
  }

  show(run) {
    this.#state.show(stateOf(run));
    this.#state.root.title = run.reason ?? "";
    showProgress(this.#progress, run);
    const texts = {
      loss: format.loss(run.loss),
      validation_loss: format.loss(run.validation_loss),
      tokens_per_second: format.count(run.tokens_per_second),
      left: format.duration(timeLeft(run)),
      created: format.ago(run.created),
    };
    this.#figures.forEach(([figure, cell]) => write(cell, texts[figure]));
  }
}
