import { element } from "../common/dom.js";
import * as format from "../common/format.js";
import { StateWord } from "../common/parts.js";
import { stateOf } from "./state.js";

const COLUMNS = ["Evaluation", "State", "Model", "Tasks", "Documents", "Ended"];

/** Evaluations that ended, newest first. */
export class Past {
  #body = element("tbody");
  #shown = "";
  root = element("section", { class: "card" }, element("h2", {}, "Ended"),
    element("table", { class: "past" }, element("thead", {}, element("tr", {}, COLUMNS.map(title => element("th", { scope: "col", class: title === "Documents" ? "figure" : null }, title)))), this.#body));

  show(evaluations) {
    this.root.hidden = evaluations.length === 0;
    const text = JSON.stringify(evaluations.map(({ name, state, done, finished }) => [name, state, done, finished]));
    if (text === this.#shown) return;
    this.#shown = text;
    this.#body.replaceChildren(...evaluations.map(row));
  }
}

function row(evaluation) {
  const { name, settings, documents, done, reason, finished, created } = evaluation;
  const state = new StateWord();
  state.show(stateOf(evaluation));
  state.root.title = reason ?? "";
  return element("tr", { "data-evaluation": name },
    element("th", { scope: "row" }, element("a", { href: `#/evaluations/${encodeURIComponent(name)}` }, name)),
    element("td", { "data-label": "State" }, state.root),
    element("td", { "data-label": "Model" }, settings.model),
    element("td", { "data-label": "Tasks" }, settings.tasks.join(", ")),
    element("td", { class: "figure", "data-label": "Documents" }, done === documents ? format.integer(documents) : `${format.integer(done)} of ${format.integer(documents)}`),
    element("td", { "data-label": "Ended", title: format.moment(finished ?? created) }, format.ago(finished ?? created)));
}
