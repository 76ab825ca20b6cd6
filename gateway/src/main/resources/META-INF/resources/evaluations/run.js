import { Chart } from "../common/chart.js";
import { element, whenDrawing } from "../common/dom.js";
import * as format from "../common/format.js";
import { connection } from "../common/parts.js";
import { Refusal } from "../common/gateway.js";
import * as api from "./api.js";
import { isShare, named, text } from "./metrics.js";

const COLOURS = { harness: "--curve-1", "mtj-2021": "--curve-2" };

/** How a run's checkpoints did: each metric over its steps, with its standard error. */
export class RunPage {
  #run;
  #evaluations = new Map();
  #charts = new Map();
  #body = element("div", { class: "charts" });
  #head;
  #draw = whenDrawing(() => this.#redraw());
  #theme = matchMedia("(prefers-color-scheme: dark)");
  #repaint = () => this.#charts.forEach(chart => chart.repaint());
  #stop;
  root;

  constructor(run) {
    this.#run = run;
    this.#head = element("header", { class: "heading" }, element("h1", {}, run), element("p", { class: "subject" }, "Its checkpoints, as they were evaluated · ", element("a", { href: `../training/#/runs/${encodeURIComponent(run)}` }, "how it trained")));
    this.root = element("div", { class: "page" }, this.#head, element("p", { class: "waiting" }, "Asking for its evaluations…"));
    this.#theme.addEventListener("change", this.#repaint);
  }

  open() {
    document.title = `${this.#run} · Evaluations`;
    this.#stop = api.events([], {
      onOpen: () => this.#ask(),
      onEvent: evaluation => this.#take(evaluation),
      onLost: lost => this.lost(lost),
    });
  }

  close() {
    this.#stop();
    this.#theme.removeEventListener("change", this.#repaint);
    this.#charts.forEach(chart => chart.close());
  }

  lost(lost) {
    connection(lost);
    if (this.#evaluations.size === 0 || lost.status === 401) this.onFailure(lost);
  }

  async #ask() {
    try {
      (await api.evaluations()).forEach(evaluation => this.#keep(evaluation));
      connection(null);
      if (this.#evaluations.size === 0) return this.onFailure(new Refusal(404, `No checkpoint of the run '${this.#run}' was evaluated`));
      this.#draw();
    } catch (refusal) {
      this.lost(refusal);
    }
  }

  #keep(evaluation) {
    if (evaluation.run === this.#run) this.#evaluations.set(evaluation.name, evaluation);
  }

  #take(evaluation) {
    this.#keep(evaluation);
    if (evaluation.run === this.#run) this.#draw();
  }

  #redraw() {
    if (!this.#body.isConnected) this.root.replaceChildren(this.#head, this.#body);
    const curves = Map.groupBy(points([...this.#evaluations.values()]), ({ task, metric }) => `${task} ${metric}`);
    for (const [title, of] of [...curves].sort(([a], [b]) => a.localeCompare(b))) {
      if (!this.#charts.has(title)) {
        const { metric } = of[0];
        const digits = value => typeof value === "number" ? `${text(metric, value)}${isShare(metric) ? " %" : ""}` : format.DASH;
        const chart = new Chart({ title, size: "small", digits, tick: value => isShare(metric) ? `${Number((100 * value).toPrecision(4))} %` : format.number(value), hint: `${named(metric)}, with its standard error` });
        this.#charts.set(title, chart);
        this.#body.append(chart.root);
      }
      this.#charts.get(title).show([...Map.groupBy(of, ({ protocol }) => protocol)].map(([protocol, line]) => curve(protocol, line)), "steps", false);
    }
  }
}

/** Of several evaluations of a checkpoint the newest that is finished holds, else the newest. */
function points(evaluations) {
  const sorted = [...evaluations].sort((one, other) => (one.state === "finished") - (other.state === "finished") || Date.parse(one.created) - Date.parse(other.created));
  const points = new Map();
  for (const { step, results } of sorted) {
    for (const { task, protocol, metrics } of results) {
      for (const { name: metric, value, standard_error: error } of metrics) points.set([step, task, protocol, metric].join(), { step, task, protocol, metric, value, error });
    }
  }
  return [...points.values()].sort((one, other) => one.step - other.step);
}

function curve(protocol, points) {
  return { label: protocol, color: COLOURS[protocol] ?? "--curve-3", x: points.map(({ step }) => step), y: points.map(({ value }) => value), error: points.map(({ error }) => error ?? 0), marks: true };
}
