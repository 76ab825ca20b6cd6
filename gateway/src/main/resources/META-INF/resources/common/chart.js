import uPlot from "uplot";
import { element, whenDrawing, write } from "./dom.js";
import * as format from "./format.js";

const HEIGHT = { large: 340, small: 200 };

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** How an x axis shows its values. */
const AXES = {
  steps: { ticks: format.count, value: value => `step ${format.integer(value)}` },
  tokens: { ticks: format.count, value: value => `${format.count(value)} tokens` },
  time: { ticks: shortTime, value: format.duration, incrs: [1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800] },
};

function shortTime(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours >= 48) return `${Math.round(hours / 24)} d`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")} h` : minutes > 0 ? `${minutes} min` : `${Math.round(seconds)} s`;
}

/**
 * Curves over one x axis. What is under the pointer stands above them, for all charts of a page at once; arrow keys move
 * it, dragging shows a part, a double click or Escape all.
 */
export class Chart {
  #options;
  #plot;
  #curves = [];
  #drawn = "";
  #zoomed = false;
  #readout = element("dl", { class: "readout" });
  #canvas = element("div", { class: "canvas", tabindex: "0", role: "img" });
  #nothing = element("p", { class: "nothing" });
  #draw = whenDrawing(() => this.#redraw());

  /**
   * @param options title; digits, a function from a value to text; tick, the same for the axis; size, "large" or "small"; fromZero; hint, a line that explains; nothing, what stands there before the first value
   */
  constructor(options) {
    this.#options = options;
    write(this.#nothing, options.nothing ?? "Nothing yet");
    const head = element("header", {}, element("h3", { title: options.hint }, options.title), this.#readout);
    this.root = element("section", { class: `chart ${options.size}`, "data-chart": options.title }, head, this.#canvas, this.#nothing);
    this.#canvas.addEventListener("keydown", event => this.#key(event));
    this.#sizes = new ResizeObserver(() => this.#fit());
    this.#sizes.observe(this.#canvas);
  }

  #sizes;

  /**
   * @param curves a list of {label, color (a custom property's name), x, y, error (as y, or left out), faint, marks, dashed}
   * @param axis "steps", "tokens" or "time"
   */
  show(curves, axis, logarithmic) {
    this.#curves = curves.filter(curve => curve.x.length > 0);
    this.axis = axis;
    this.logarithmic = logarithmic && this.#curves.every(curve => curve.y.every(value => value > 0));
    this.#draw();
  }

  /** Draws anew, as colours have changed. */
  repaint() {
    this.#drawn = "";
    this.#draw();
  }

  close() {
    this.#sizes.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
    this.closed = true;
  }

  #redraw() {
    if (this.closed) return;
    this.#nothing.hidden = this.#curves.length > 0;
    this.#canvas.hidden = this.#curves.length === 0;
    const shape = JSON.stringify([this.axis, this.logarithmic, this.#curves.map(({ x, y, error, ...looks }) => looks)]);
    const data = this.#curves.length === 0 ? [[]] : uPlot.join(this.#curves.map(curve => [curve.x, curve.y]));
    if (shape !== this.#drawn) {
      this.#make(data);
      this.#drawn = shape;
    } else {
      this.#plot?.setData(data, !this.#zoomed);
    }
    this.#read();
  }

  #make(data) {
    this.#plot?.destroy();
    this.#zoomed = false;
    if (this.#curves.length === 0) {
      this.#plot = undefined;
      return;
    }
    const lines = { stroke: style("--muted"), grid: { stroke: style("--grid"), width: 1 }, ticks: { show: false }, font: `12px ${style("--font")}` };
    this.#plot = new uPlot({
      width: Math.max(this.#canvas.clientWidth, 100),
      height: HEIGHT[this.#options.size],
      legend: { show: false },
      padding: [8, 12, 0, 0],
      scales: { x: { time: false }, y: this.logarithmic ? { distr: 3, range: (_, least, most) => [least / 1.05, most * 1.05] } : { range: this.#options.fromZero ? fromZero : (plot, least, most) => padded(...this.#withErrors(plot, least, most)) } },
      axes: [
        { ...lines, values: (_, ticks) => ticks.map(AXES[this.axis].ticks), incrs: AXES[this.axis].incrs, space: 70, size: 32 },
        { ...lines, values: (_, ticks) => ticks.map(tick => tick === null ? null : this.#options.tick(tick)), size: 58, space: 40 },
      ],
      cursor: {
        sync: { key: "training", scales: ["x", null] },
        focus: { prox: -1 },
        points: { size: 7, show: (_, index) => !this.#curves[index - 1].faint && undefined },
        dataIdx: (plot, series, index) => series === 0 ? index : this.#valueAt(series, index),
      },
      hooks: {
        drawAxes: [plot => this.#curves.forEach(curve => band(plot, curve))],
        setCursor: [() => this.#read()],
        setSelect: [plot => { this.#zoomed = this.#zoomed || plot.select.width > 0; }],
      },
      series: [{}, ...this.#curves.map(line)],
    }, data, this.#canvas);
    this.#plot.over.addEventListener("dblclick", () => { this.#zoomed = false; });
  }

  #fit() {
    const width = this.#canvas.clientWidth;
    if (this.#plot && width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT[this.#options.size] });
  }

  /** Writes the values under the pointer, or the last ones. */
  #read() {
    const shown = this.#curves.filter(curve => !curve.faint);
    const index = this.#plot?.cursor.idx ?? null;
    const values = shown.map(curve => {
      const series = this.#curves.indexOf(curve) + 1;
      if (index === null) return { curve, value: curve.y.at(-1) };
      const at = this.#valueAt(series, index);
      return { curve, value: at === null ? undefined : this.#plot.data[series][at] };
    });
    while (this.#readout.children.length > values.length + 1) this.#readout.lastChild.remove();
    while (this.#readout.children.length < values.length + 1) this.#readout.append(element("div", {}, element("dt"), element("dd")));
    const x = index === null ? undefined : this.#plot.data[0][index];
    write(this.#readout.children[0].lastChild, x === undefined ? "" : AXES[this.axis].value(x));
    values.forEach(({ curve, value }, place) => {
      const entry = this.#readout.children[place + 1];
      entry.firstChild.style.setProperty("--colour", `var(${curve.color})`);
      entry.firstChild.className = curve.dashed || curve.marks ? "marks" : "";
      write(entry.firstChild, curve.label);
      write(entry.lastChild, this.#options.digits(value));
    });
    const last = values.map(({ curve, value }) => `${curve.label} ${this.#options.digits(value)}`).join(", ");
    this.#canvas.setAttribute("aria-label", `${this.#options.title}: ${last}`);
  }

  /** The range of what is seen, with its errors. */
  #withErrors(plot, least, most) {
    const { min, max } = plot.scales.x;
    for (const { x, y, error } of this.#curves) {
      if (!error) continue;
      y.forEach((value, index) => {
        if (x[index] < (min ?? -Infinity) || x[index] > (max ?? Infinity)) return;
        least = Math.min(least, value - (error[index] ?? 0));
        most = Math.max(most, value + (error[index] ?? 0));
      });
    }
    return [least, most];
  }

  /** A validation holds until the next one. */
  #valueAt(series, index) {
    return nearest(this.#plot.data[series], index, !this.#curves[series - 1].marks);
  }

  #key(event) {
    const plot = this.#plot;
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape" && plot) {
      this.#zoomed = false;
      plot.setData(plot.data, true);
    } else if (move && plot) {
      const width = plot.over.clientWidth;
      const left = plot.cursor.left < 0 ? width : plot.cursor.left;
      plot.setCursor({ left: Math.min(Math.max(left + move * (event.shiftKey ? 25 : 5), 0), width - 1), top: plot.over.clientHeight / 2 });
      event.preventDefault();
    }
  }
}

/** Room above and below, and some where all values are one. */
function padded(least, most) {
  if (least === null) return [0, 1];
  const room = most > least ? 0.06 * (most - least) : Math.abs(most) * 0.1 || 1;
  return [least >= 0 ? Math.max(0, least - room) : least - room, most + room];
}

const fromZero = (_, least, most) => [0, most > 0 ? 1.06 * most : 1];

/** A curve's errors: an area between those that are known, and a bar at each. */
function band(plot, { x, y, error, color }) {
  if (!error) return;
  const known = x.map((value, index) => [value, y[index], error[index]]).filter(([, , size]) => size > 0);
  const at = (value, height) => [plot.valToPos(value, "x", true), plot.valToPos(height, "y", true)];
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.beginPath();
  known.forEach(([value, height, size], index) => ctx[index === 0 ? "moveTo" : "lineTo"](...at(value, height + size)));
  known.toReversed().forEach(([value, height, size]) => ctx.lineTo(...at(value, height - size)));
  ctx.closePath();
  ctx.fillStyle = `${style(color)}22`;
  ctx.fill();
  ctx.beginPath();
  for (const [value, height, size] of known) {
    ctx.moveTo(...at(value, height + size));
    ctx.lineTo(...at(value, height - size));
  }
  ctx.strokeStyle = `${style(color)}88`;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.stroke();
  ctx.restore();
}

function line(curve) {
  const colour = style(curve.color);
  return {
    stroke: curve.faint ? `${colour}50` : colour,
    width: curve.faint ? 1 : 2,
    dash: curve.dashed ? [6, 4] : undefined,
    spanGaps: true,
    points: { show: curve.marks ? curve.x.length < 200 : curve.x.length < 2, size: 8, width: 2, fill: style("--surface") },
  };
}

/**
 * Of joined curves many have no value at a place: that of the value next to it, or null.
 *
 * @param inside whether the curve must reach as far as this: one that ended before says nothing there
 */
function nearest(values, index, inside) {
  let [left, right] = [index, index];
  while (left >= 0 && values[left] == null) left--;
  while (right < values.length && values[right] == null) right++;
  if (left < 0 || right === values.length) return inside ? null : left >= 0 ? left : right < values.length ? right : null;
  return index - left <= right - index ? left : right;
}
