import { element, whenDrawing, write } from "../common/dom.js";
import * as format from "../common/format.js";
import { connection, notice, Progress, StateWord } from "../common/parts.js";
import { Actions } from "./actions.js";
import * as api from "./api.js";
import { Documents } from "./documents.js";
import { Receipt } from "./receipt.js";
import { Results } from "./results.js";
import { DOCUMENTS, pace, showProgress, stateOf, subject } from "./state.js";

const FIGURES = [
  ["Documents judged", evaluation => format.integer(evaluation.done)],
  ["Documents per second", evaluation => format.number(evaluation.documents_per_second)],
  ["Time left", evaluation => format.duration(evaluation.seconds_left)],
  ["Requests asked", evaluation => format.integer(evaluation.asked)],
  ["Answered before", evaluation => format.integer(evaluation.reused)],
];

/** An evaluation: how it stands, its results, its documents and its receipt. */
export class EvaluationPage {
  #name;
  #evaluation;
  #state = new StateWord();
  #progress = new Progress(DOCUMENTS);
  #subject = element("p", { class: "subject" });
  #served = element("p", { class: "subject" });
  #reason = element("p", { class: "reason" });
  #figures = FIGURES.map(([title, text]) => [text, element("dd"), title]);
  #actions;
  #results = new Results();
  #documents;
  #receipt;
  #heading;
  #draw = whenDrawing(() => this.#redraw());
  #stop;
  root;

  constructor(name) {
    this.#name = name;
    this.#actions = new Actions(name, action => this.#act(action));
    this.#documents = new Documents(name);
    this.#receipt = new Receipt(name);
    this.#heading = element("header", { class: "heading" },
      element("div", { class: "title" }, element("h1", {}, name), this.#state.root, this.#actions.root),
      this.#subject, this.#served, this.#reason, this.#progress.root,
      element("dl", { class: "numbers" }, this.#figures.map(([, value, title]) => element("div", {}, element("dt", {}, title), value))));
    this.root = element("div", { class: "page" }, element("p", { class: "waiting" }, `Asking for the evaluation ${name}…`));
  }

  open() {
    document.title = `${this.#name} · Evaluations`;
    this.#stop = api.events([this.#name], {
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
    if (!this.#evaluation || lost.status === 401) this.onFailure(lost);
  }

  async #ask() {
    try {
      this.#take(await api.evaluation(this.#name));
      connection(null);
    } catch (refusal) {
      this.lost(refusal);
    }
  }

  #take(evaluation) {
    this.#evaluation = evaluation;
    this.#draw();
  }

  async #act(action) {
    try {
      this.#take(await action(this.#name));
    } catch (refusal) {
      notice(refusal.message);
    }
  }

  #redraw() {
    const evaluation = this.#evaluation;
    if (!this.#heading.isConnected) this.root.replaceChildren(this.#heading, this.#results.root, this.#documents.root, this.#receipt.root);
    this.#state.show(stateOf(evaluation));
    this.#actions.show(evaluation);
    showProgress(this.#progress, evaluation);
    write(this.#subject, subject(evaluation));
    this.#served.replaceChildren(...served(evaluation));
    write(this.#reason, evaluation.reason ?? "");
    this.#reason.hidden = !evaluation.reason;
    this.#figures.forEach(([text, value]) => {
      write(value, text(evaluation));
      value.parentElement.hidden = value.textContent === format.DASH;
    });
    document.title = `${pace(evaluation) ? `${Math.floor(100 * evaluation.done / evaluation.documents)} % · ` : ""}${this.#name} · Evaluations`;
    this.#results.show(evaluation);
    this.#documents.show(evaluation);
    this.#receipt.show(evaluation);
  }
}

/** What answers, and whose checkpoint it is. */
function served({ served, run, step }) {
  const parts = [];
  if (served) parts.push(`${served.engine} · ${served.dtype} · version ${served.version} · weights `, element("code", { title: served.model_hash }, served.model_hash.slice(0, 12)));
  if (run) parts.push(`${served ? " · " : ""}step ${format.integer(step)} of `, element("a", { href: `#/runs/${encodeURIComponent(run)}` }, run));
  return parts;
}
