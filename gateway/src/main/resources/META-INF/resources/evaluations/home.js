import { element, whenDrawing } from "../common/dom.js";
import { commandLine, connection, notice } from "../common/parts.js";
import * as api from "./api.js";
import { Leaderboard } from "./leaderboard.js";
import { Past } from "./past.js";
import { Running } from "./running.js";
import { ended } from "./state.js";

/** What was reached, what goes on, and all evaluations, kept fresh by their events. */
export class Home {
  #evaluations;
  #running = new Running((action, name) => this.#act(action, name));
  #board = new Leaderboard();
  #past = new Past();
  #runs = element("p", { class: "curves" });
  #none = element("div", { class: "empty first" },
    element("h2", {}, "No evaluations yet"),
    element("p", {}, "An evaluation asks a model a task's documents and counts what it gets right. ", element("a", { href: "#/new" }, "Start one here"), ", or in a terminal:"),
    commandLine("./mtj eval --model stories --tasks lambada_openai,piqa --limit 100"));
  #head = element("header", { class: "title" }, element("h1", {}, "Evaluations"), element("span", { class: "actions" }, element("a", { class: "button primary", href: "#/new" }, "New evaluation")));
  #draw = whenDrawing(() => this.#redraw());
  #stop;
  root = element("div", { class: "page" }, this.#head, element("p", { class: "waiting" }, "Asking for the evaluations…"));

  open() {
    document.title = "Evaluations · Mesh Transformer Java";
    api.published().then(published => this.#board.compare(published), () => notice("The published rows can't be read"));
    // What is missed while there is no connection is in the list that is asked for when it stands.
    this.#stop = api.events([], {
      onOpen: () => this.#ask(),
      onEvent: evaluation => this.#take(evaluation),
      onLost: lost => this.lost(lost),
    });
  }

  close() {
    this.#stop();
  }

  lost(lost) {
    connection(lost);
    if (!this.#evaluations || lost.status === 401) this.onFailure(lost);
  }

  async #ask() {
    try {
      this.#evaluations = await api.evaluations();
      connection(null);
      this.#draw();
    } catch (refusal) {
      this.lost(refusal);
    }
  }

  #take(evaluation) {
    if (!this.#evaluations) return;
    const index = this.#evaluations.findIndex(({ name }) => name === evaluation.name);
    if (index < 0) this.#evaluations.unshift(evaluation);
    else this.#evaluations[index] = evaluation;
    this.#draw();
  }

  async #act(action, name) {
    try {
      this.#take(await action(name));
    } catch (refusal) {
      notice(refusal.message);
    }
  }

  #redraw() {
    const all = this.#evaluations;
    if (!this.#board.root.isConnected) this.root.replaceChildren(this.#head, this.#none, this.#running.root, this.#board.root, this.#runs, this.#past.root);
    this.#none.hidden = all.length > 0;
    this.#running.show(all.filter(evaluation => !ended(evaluation)));
    this.#board.show(all);
    this.#past.show(all.filter(ended));
    const runs = [...new Set(all.map(({ run }) => run).filter(Boolean))];
    this.#runs.hidden = runs.length === 0;
    const links = runs.map(run => element("a", { class: "chip button", href: `#/runs/${encodeURIComponent(run)}` }, run));
    if (links.length !== this.#runs.children.length - 1) this.#runs.replaceChildren(element("span", {}, "Runs over their checkpoints:"), ...links);
  }
}
