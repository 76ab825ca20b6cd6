import { element, write } from "../common/dom.js";
import * as format from "../common/format.js";
import { Progress, StateWord } from "../common/parts.js";
import { Actions } from "./actions.js";
import { errorText, text, unit } from "./metrics.js";
import { DOCUMENTS, pace, showProgress, stateOf, subject } from "./state.js";

/** Evaluations that go on, each in a card. */
export class Running {
  #cards = new Map();
  #act;
  root = element("section", { class: "running", "aria-label": "Evaluations that go on" });

  /** @param act is given what a button does, and the evaluation's name */
  constructor(act) {
    this.#act = act;
  }

  show(evaluations) {
    const shown = evaluations.map(evaluation => {
      if (!this.#cards.has(evaluation.name)) this.#cards.set(evaluation.name, new Card(evaluation.name, this.#act));
      const card = this.#cards.get(evaluation.name);
      card.show(evaluation);
      return card.root;
    });
    const stands = shown.length === this.root.children.length && shown.every((card, index) => this.root.children[index] === card);
    if (!stands) this.root.replaceChildren(...shown);
    this.root.hidden = shown.length === 0;
  }
}

class Card {
  #state = new StateWord();
  #progress = new Progress(DOCUMENTS);
  #subject = element("p", { class: "subject" });
  #pace = element("p", { class: "pace" });
  #estimates = element("table", { class: "estimates" });
  #reason = element("p", { class: "reason" });
  #actions;
  root;

  constructor(name, act) {
    this.#actions = new Actions(name, act);
    this.root = element("article", { class: "card", "data-evaluation": name },
      element("header", { class: "title" }, element("h2", {}, element("a", { href: `#/evaluations/${encodeURIComponent(name)}` }, name)), this.#state.root, this.#actions.root),
      this.#subject, this.#reason, this.#progress.root, this.#pace, this.#estimates);
  }

  show(evaluation) {
    this.#state.show(stateOf(evaluation));
    this.#actions.show(evaluation);
    showProgress(this.#progress, evaluation);
    write(this.#subject, subject(evaluation));
    write(this.#pace, pace(evaluation));
    write(this.#reason, evaluation.reason ?? "");
    this.#reason.hidden = !evaluation.reason;
    this.#estimates.replaceChildren(...estimates(evaluation));
    this.#estimates.hidden = this.#estimates.tBodies.length === 0;
  }
}

/** What the documents done so far say: a line for each metric, a column for each protocol. */
function estimates({ results, settings: { protocols } }) {
  const lines = [...new Map(results.flatMap(({ task, metrics }) => metrics.map(({ name }) => [`${task} ${name}`, [task, name]]))).values()];
  if (lines.length === 0) return [];
  const metric = (task, name, protocol) => results.find(result => result.task === task && result.protocol === protocol)?.metrics.find(each => each.name === name);
  const cell = (name, found) => element("td", { class: "figure" }, found ? [`${text(name, found.value)}${unit(name)} `, element("small", {}, errorText(name, found.standard_error))] : format.DASH);
  return [element("caption", { class: "hidden" }, "So far"),
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "So far"), protocols.map(protocol => element("th", { scope: "col", class: "figure" }, protocol)))),
    element("tbody", {}, lines.map(([task, name]) => element("tr", {}, element("th", { scope: "row" }, `${task} `, element("small", {}, name)), protocols.map(protocol => cell(name, metric(task, name, protocol))))))];
}
