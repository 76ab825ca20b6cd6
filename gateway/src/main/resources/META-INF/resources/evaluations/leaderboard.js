import { element } from "../common/dom.js";
import * as format from "../common/format.js";
import { choice } from "../common/parts.js";
import { cellsOf, columns, publishedRows, rows } from "./board.js";
import { isShare, named, scale } from "./metrics.js";
import { figure } from "./parts.js";

const SETTINGS = "mtj.evaluations.board";

/** Models and tasks: what was reached here, and below it what others published. */
export class Leaderboard {
  #settings = { all: "main", published: true, sorted: null, ...JSON.parse(localStorage.getItem(SETTINGS) ?? "{}") };
  #evaluations = [];
  #published = { sources: [] };
  #table = element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Leaderboard" });
  #notes = element("div", { class: "notes" });
  root;

  constructor() {
    const published = element("input", { type: "checkbox", checked: this.#settings.published, onchange: () => this.#set({ published: published.checked }) });
    const toolbar = element("div", { class: "toolbar" }, element("h2", {}, "Leaderboard"),
      choice("Metrics", "metrics", [["main", "main metrics"], ["all", "all"]], this.#settings.all, all => this.#set({ all })),
      element("label", { class: "check" }, published, element("span", {}, "Published rows")));
    this.root = element("section", { class: "card board" }, toolbar, this.#table, this.#notes);
  }

  show(evaluations) {
    this.#evaluations = evaluations;
    this.#draw();
  }

  /** @param published rows that others published */
  compare(published) {
    this.#published = published;
    this.#draw();
  }

  #set(change) {
    Object.assign(this.#settings, change);
    localStorage.setItem(SETTINGS, JSON.stringify(this.#settings));
    this.#draw();
  }

  #draw() {
    const ours = rows(this.#evaluations);
    const others = this.#settings.published ? publishedRows(this.#published) : [];
    const shown = columns([...ours, ...others.filter(({ source }) => source.columns)], this.#settings.all === "all");
    const cells = cellsOf([...ours, ...others]);
    const places = new Map(shown.map(column => [column.key, scale(column.metric, column.higher, cells.filter(cell => cell.task === column.task && cell.name === column.metric))]));
    const made = element("table", {}, this.#head(shown),
      ...this.#sorted(ours).map(row => this.#group(row, shown, places)),
      ...(others.length > 0 ? [divider("Published by others", shown), ...this.#sorted(others).map(row => this.#group(row, shown, places))] : []));
    const focused = this.#table.contains(document.activeElement) ? document.activeElement.dataset.sort : undefined;
    this.#table.replaceChildren(shown.length > 0 ? made : element("p", { class: "nothing" }, "Nothing is evaluated yet"));
    if (focused) this.#table.querySelector(`[data-sort="${focused}"]`)?.focus();
    this.#explain(others.length > 0, shown.length > 0);
  }

  #head(shown) {
    const tasks = Map.groupBy(shown, column => column.task);
    return element("thead", {},
      element("tr", {}, element("th", { scope: "col", rowspan: 2 }, "Model"), element("th", { scope: "col", rowspan: 2 }, "Protocol"),
        [...tasks].map(([task, of]) => element("th", { scope: "colgroup", colspan: of.length, class: "task" }, task))),
      element("tr", {}, shown.map(({ key, task, metric, higher }) => element("th", { scope: "col", "aria-sort": this.#settings.sorted === key ? (higher ? "descending" : "ascending") : null },
        element("button", { type: "button", class: "plain", "data-sort": key, title: `Sort by ${task}, ${named(metric)}`, onclick: () => this.#set({ sorted: this.#settings.sorted === key ? null : key }) },
          `${metric}${isShare(metric) ? " %" : ""} ${higher ? "↑" : "↓"}`)))));
  }

  /** The best first, by the first protocol that has the figure; those without it last. */
  #sorted(all) {
    const key = this.#settings.sorted;
    const cell = row => [...row.lines.values()].map(cells => cells.get(key)).find(Boolean);
    if (!key) return all;
    return all.toSorted((one, other) => {
      const [a, b] = [cell(one), cell(other)];
      if (!a || !b) return (b ? 1 : 0) - (a ? 1 : 0);
      return a.higher_is_better ? b.value - a.value : a.value - b.value;
    });
  }

  #group({ model, detail, run, source, lines }, shown, places) {
    const label = element("th", { scope: "rowgroup", rowspan: lines.size, class: "model", title: source?.title }, element("span", {}, model), element("small", {}, detail),
      run ? element("a", { href: `#/runs/${encodeURIComponent(run)}` }, "curve") : null);
    return element("tbody", { class: source ? "published" : null, "data-model": model }, [...lines].map(([protocol, cells], index) => element("tr", { "data-protocol": protocol },
      index === 0 ? label : null, element("td", { class: "protocol" }, protocol),
      shown.map(({ key, metric }) => cells.has(key) ? this.#cell(metric, cells.get(key), places.get(key)) : element("td", { class: "none" }, format.DASH)))));
  }

  #cell(metric, cell, place) {
    const drawn = figure(metric, cell, place);
    if (!cell.evaluation) return element("td", {}, drawn);
    const said = `${format.integer(cell.documents)} documents${cell.excerpt ? " of the excerpt" : ""}${cell.final ? "" : " so far"}`;
    return element("td", { class: cell.final ? null : "partial", title: `${cell.evaluation}: ${said}` },
      element("a", { href: `#/evaluations/${encodeURIComponent(cell.evaluation)}` }, drawn), cell.partial ? element("small", { class: "sample" }, `n = ${format.count(cell.documents)}`) : null);
  }

  #explain(published, any) {
    const how = any ? element("p", {}, "A point is the figure, its bar one standard error to either side; further right is better, and a column has one scale. n stands where not the whole set was judged.") : null;
    const sources = published ? this.#published.sources.map(({ title, url, note }) => element("li", {}, element("a", { href: url }, title), `: ${note}`)) : [];
    this.#notes.replaceChildren(...[how, sources.length > 0 ? element("details", {}, element("summary", {}, "Where the published rows come from"), element("ul", {}, sources)) : null].filter(Boolean));
  }
}

const divider = (text, shown) => element("tbody", { class: "divider" }, element("tr", {}, element("th", { scope: "rowgroup", colspan: shown.length + 2 }, text)));
