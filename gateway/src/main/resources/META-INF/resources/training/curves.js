import { Chart } from "../common/chart.js";
import { element, whenDrawing } from "../common/dom.js";
import * as format from "../common/format.js";
import { choice } from "../common/parts.js";
import { smooth } from "./curve.js";

const COLOURS = ["--curve-1", "--curve-2", "--curve-3", "--curve-4", "--curve-5", "--curve-6"];

/** Most runs in one chart: as many as there are colours to tell them apart. */
export const MOST_RUNS = COLOURS.length;

const FIGURES = [
  { title: "Learning rate", figure: "learning_rate", digits: format.rate, tick: format.rate, exact: true },
  { title: "Gradient norm", figure: "gradient_norm", digits: format.number, tick: format.count, hint: "Before it is clipped", fromZero: true },
  { title: "Tokens per second", figure: "tokens_per_second", digits: format.count, tick: format.count, fromZero: true },
  { title: "Gradient noise scale", figure: "gradient_noise_scale", digits: format.count, tick: format.count, hint: "Tokens of a batch beyond which larger batches help less", nothing: "Estimated where a step is of several micro-batches: accumulation above 1", fromZero: true },
];

const SETTINGS = "mtj.training.charts";

/** All charts of some runs, and how they are looked at: the same for all, and for the next visit. */
export class Curves {
  #settings = { axis: "steps", smoothing: 0, logarithmic: false, ...JSON.parse(localStorage.getItem(SETTINGS) ?? "{}") };
  #loss = new Chart({ title: "Loss", size: "large", digits: format.loss, tick: format.number, hint: "Nats per token; training with z-loss, validation without" });
  #figures = FIGURES.map(figure => ({ ...figure, chart: new Chart({ ...figure, size: "small" }) }));
  #draw = whenDrawing(() => this.#redraw());
  #runs = [];
  #theme = matchMedia("(prefers-color-scheme: dark)");
  #repaint = () => this.#charts().forEach(chart => chart.repaint());

  constructor() {
    this.root = element("div", { class: "curves" }, this.#loss.root, element("div", { class: "figures" }, this.#figures.map(({ chart }) => chart.root)));
    this.toolbar = this.#toolbar();
    this.#theme.addEventListener("change", this.#repaint);
  }

  /** @param runs a list of {name, curve}; the first gives the others their place */
  show(runs) {
    this.#runs = runs;
    this.#draw();
  }

  close() {
    this.#theme.removeEventListener("change", this.#repaint);
    this.#charts().forEach(chart => chart.close());
  }

  #charts() {
    return [this.#loss, ...this.#figures.map(({ chart }) => chart)];
  }

  #set(change) {
    Object.assign(this.#settings, change);
    localStorage.setItem(SETTINGS, JSON.stringify(this.#settings));
    this.#draw();
  }

  #redraw() {
    const { axis, logarithmic } = this.#settings;
    this.#loss.show(this.#runs.flatMap((run, index) => [...this.#figure(run, index, "loss", "training"), ...this.#validation(run, index)]), axis, logarithmic);
    for (const { chart, figure, exact } of this.#figures) {
      chart.show(this.#runs.flatMap((run, index) => this.#figure(run, index, figure, "", exact)), axis, false);
    }
  }

  /** What was measured, and over it the smoothed line. */
  #figure({ name, curve }, index, figure, alone, exact = false) {
    const { x, y } = curve.figure(figure, this.#settings.axis);
    const looks = { label: this.#runs.length > 1 ? name : alone || "now", color: COLOURS[index], x, y };
    const { smoothing } = this.#settings;
    return exact || smoothing === 0 ? [looks] : [{ ...looks, faint: true }, { ...looks, y: smooth(y, smoothing) }];
  }

  #validation({ name, curve }, index) {
    const many = this.#runs.length > 1;
    return curve.validation(this.#settings.axis).map(({ set, x, y }, place, sets) => ({
      label: (many ? `${name} validation` : "validation") + (sets.length > 1 ? ` ${set}` : ""),
      color: COLOURS[many ? index : (1 + place) % COLOURS.length],
      marks: true,
      dashed: many,
      x,
      y,
    }));
  }

  #toolbar() {
    const value = element("output", {}, this.#settings.smoothing.toFixed(2));
    const slider = element("input", { type: "range", min: 0, max: 0.99, step: 0.01, value: this.#settings.smoothing, oninput: () => {
      value.textContent = Number(slider.value).toFixed(2);
      this.#set({ smoothing: Number(slider.value) });
    } });
    const log = element("input", { type: "checkbox", checked: this.#settings.logarithmic, onchange: () => this.#set({ logarithmic: log.checked }) });
    return element("div", { class: "toolbar" },
      choice("Horizontal axis", "axis", ["steps", "tokens", "time"].map(axis => [axis, axis]), this.#settings.axis, axis => this.#set({ axis })),
      element("label", { class: "slider" }, element("span", {}, "Smoothing"), slider, value),
      element("label", { class: "check" }, log, element("span", {}, "Logarithmic loss")));
  }
}
