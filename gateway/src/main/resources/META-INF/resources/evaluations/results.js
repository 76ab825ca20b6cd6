import { element } from "../common/dom.js";
import * as format from "../common/format.js";
import { isShare, named, scale } from "./metrics.js";
import { breakable, figure } from "./parts.js";

/** Each task's metrics, protocols side by side; while it runs, of the documents done so far. */
export class Results {
  #table = element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Results" });
  #shown = "";
  root = element("section", { class: "card results" }, element("h2", {}, "Results"), this.#table);

  show({ results, settings: { protocols }, state }) {
    const text = JSON.stringify(results);
    if (text === this.#shown) return;
    this.#shown = text;
    const tasks = Map.groupBy(results, ({ task }) => task);
    const head = ["Task", "Metric", ...protocols, "Documents"].map(title => element("th", { scope: "col", class: title === "Documents" ? "figure" : null }, title));
    const measured = results.some(({ metrics }) => metrics.length > 0);
    this.#table.replaceChildren(measured
      ? element("table", {}, element("thead", {}, element("tr", {}, head)), [...tasks].map(([task, of]) => body(task, of, protocols)))
      : element("p", { class: "nothing" }, state === "failed" ? "It failed before a document was judged" : "No document is judged yet"));
  }
}

function body(task, results, protocols) {
  const names = [...new Set(results.flatMap(({ metrics }) => metrics.map(({ name }) => name)))];
  const of = protocol => results.find(result => result.protocol === protocol);
  const [{ done, documents, excerpt, version, few_shot: examples }] = results;
  const rows = Math.max(names.length, 1);
  const title = element("th", { scope: "rowgroup", rowspan: rows }, element("span", {}, breakable(task)), element("small", {}, `version ${version}${examples > 0 ? `, ${examples} examples` : ""}${excerpt ? ", the excerpt" : ""}`));
  const judged = element("td", { class: "figure", rowspan: rows }, protocols.every(protocol => of(protocol)?.done === documents) ? format.integer(documents) : `${format.integer(Math.min(...results.map(result => result.done), done))} of ${format.integer(documents)}`);
  if (names.length === 0) return element("tbody", {}, element("tr", {}, title, element("td", { colspan: protocols.length + 1, class: "nothing" }, "not begun"), judged));
  return element("tbody", { "data-task": task }, names.map((name, index) => {
    const cells = protocols.map(protocol => of(protocol)?.metrics.find(metric => metric.name === name));
    const known = cells.filter(Boolean);
    const place = scale(name, known[0].higher_is_better, known);
    return element("tr", {}, index === 0 ? title : null,
      element("td", { title: named(name), class: "metric" }, `${name}${isShare(name) ? " %" : ""}`),
      cells.map((cell, column) => element("td", { "data-protocol": protocols[column] }, cell ? figure(name, cell, place) : format.DASH)), index === 0 ? judged : null);
  }));
}
