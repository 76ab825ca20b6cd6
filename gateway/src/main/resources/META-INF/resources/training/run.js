import { element, whenDrawing } from "../common/dom.js";
import { connection, notice } from "../common/parts.js";
import * as api from "./api.js";
import { Curve, MOST_POINTS } from "./curve.js";
import { Curves, MOST_RUNS } from "./curves.js";
import { Checkpoints, Configuration, Life } from "./details.js";
import { Heading } from "./heading.js";
import { after, changesRun } from "./state.js";

/** How often a curve is asked for until it meets the events. */
const LOADS = 20;

/** A run: how it stands, its curves beside those of others, its checkpoints and its life. */
export class RunPage {
  #names;
  #runs = new Map();
  #curves = new Map();
  #heading = new Heading(action => this.#act(action));
  #charts = new Curves();
  #checkpoints = new Checkpoints(step => this.#act(name => api.publish(name, step)));
  #life = new Life();
  #configuration = new Configuration();
  #comparison = element("div", { class: "comparison" });
  #draw = whenDrawing(() => this.#redraw());
  #stop;
  #soon;
  #closed = false;
  /** The first step of each run that was heard since the connection stands. */
  #heard = new Map();
  root = element("div", { class: "page run" });

  /** @param others names of runs to compare it with */
  constructor(name, others) {
    this.#names = [name, ...others.filter(other => other !== name)].slice(0, MOST_RUNS);
    this.#names.forEach(each => this.#curves.set(each, new Curve()));
    this.#charts.toolbar.append(this.#comparison);
  }

  get #name() {
    return this.#names[0];
  }

  open() {
    document.title = `${this.#name} · Training`;
    this.root.append(element("p", { class: "waiting" }, `Asking for the run ${this.#name}…`));
    this.#stop = api.events(this.#names, {
      onOpen: () => this.#catchUp(),
      onEvent: event => this.#take(event),
      onLost: lost => this.lost(lost),
    });
  }

  close() {
    this.#closed = true;
    this.#stop();
    clearTimeout(this.#soon);
    this.#charts.close();
  }

  lost(lost) {
    connection(lost);
    if (!this.#runs.has(this.#name) || lost.status === 401) this.onFailure(lost);
  }

  /** Events come already: what happened before, or while there was no connection, is asked for. */
  async #catchUp() {
    this.#heard.clear();
    try {
      await Promise.all(this.#names.map(async name => {
        const [run] = await Promise.all([api.run(name), this.#load(name, this.#curves.get(name).settled(), LOADS)]);
        this.#runs.set(name, run);
      }));
      connection(null);
      this.#askForOthers();
      this.#draw();
    } catch (refusal) {
      this.lost(refusal);
    }
  }

  /** What is kept of a run may be a moment behind its events: then it is asked for again, until they meet. */
  async #load(name, from, more) {
    const history = await api.history(name, from, MOST_POINTS);
    this.#curves.get(name).load(history);
    this.#draw();
    const reached = history.steps.at(-1)?.step ?? from;
    if (reached + 1 < this.#heard.get(name) && more > 0 && !this.#closed) {
      setTimeout(() => this.#load(name, reached, more - 1).catch(refusal => this.lost(refusal)), 1000);
    }
  }

  async #askForOthers() {
    const all = await api.runs();
    const rest = all.map(run => run.name).filter(name => !this.#names.includes(name));
    const select = element("select", { "aria-label": "Compare with another run", onchange: () => this.#compare([...this.#names.slice(1), select.value]) },
      element("option", { value: "" }, "Compare with…"), rest.map(name => element("option", {}, name)));
    const chips = this.#names.slice(1).map(name => element("button", { type: "button", class: "chip", title: `Without ${name}`,
      onclick: () => this.#compare(this.#names.slice(1).filter(other => other !== name)) }, `${name} ×`));
    this.#comparison.replaceChildren(...chips, ...(rest.length > 0 && this.#names.length < MOST_RUNS ? [select] : []));
  }

  #compare(others) {
    const query = others.length > 0 ? `?with=${others.map(encodeURIComponent).join(",")}` : "";
    location.hash = `#/runs/${encodeURIComponent(this.#name)}${query}`;
  }

  #take(event) {
    const curve = this.#curves.get(event.run);
    if (event.type === "step" && curve) {
      if (!this.#heard.has(event.run)) {
        this.#heard.set(event.run, event.step);
        const known = curve.settled();
        if (curve.loaded && known + 1 < event.step) this.#load(event.run, known, LOADS).catch(refusal => this.lost(refusal));
      }
      curve.add(event);
    }
    if (event.type === "validation") curve?.validated(event);
    if (this.#runs.has(event.run)) this.#runs.set(event.run, after(this.#runs.get(event.run), event));
    if (event.run === this.#name) {
      this.#life.add(event);
      if (changesRun(event)) {
        clearTimeout(this.#soon);
        this.#soon = setTimeout(() => this.#act(api.run), 300);
      }
    }
    this.#draw();
  }

  /** Does something with the run; the gateway answers with how it stands then. */
  async #act(action) {
    try {
      this.#runs.set(this.#name, await action(this.#name));
      this.#draw();
    } catch (refusal) {
      notice(refusal.message);
    }
  }

  #redraw() {
    const run = this.#runs.get(this.#name);
    if (!run) return;
    if (!this.#heading.root.isConnected) {
      this.root.replaceChildren(this.#heading.root, this.#charts.toolbar, this.#charts.root, this.#checkpoints.root,
        element("div", { class: "columns" }, this.#life.root, this.#configuration.root));
    }
    this.#heading.show(run);
    this.#charts.show(this.#names.map(name => ({ name, curve: this.#curves.get(name) })));
    this.#checkpoints.show(run);
    this.#life.show(run);
    this.#configuration.show(run);
  }
}
