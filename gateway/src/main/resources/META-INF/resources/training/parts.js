import { element, write } from "./dom.js";
import * as format from "./format.js";
import { progress, stateOf } from "./state.js";

/** A run's state as a coloured word. */
export class StateWord {
  root = element("span", { class: "state" });

  show(run) {
    const { text, tone } = stateOf(run);
    this.root.className = `state ${tone}`;
    write(this.root, text);
  }
}

/** Steps taken of all. */
export class Progress {
  #bar = element("div", { class: "fill" });
  #text = element("span", {});
  #track = element("div", { class: "track", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": "Steps taken" }, this.#bar);
  root = element("div", { class: "progress" }, this.#track, this.#text);

  show(run) {
    const part = progress(run);
    this.#bar.style.transform = `scaleX(${part})`;
    this.#track.className = `track ${stateOf(run).tone}`;
    this.#track.setAttribute("aria-valuenow", (100 * part).toFixed(1));
    write(this.#text, run.total_steps ? `${format.integer(run.step)} of ${format.integer(run.total_steps)}` : "not begun");
  }
}

/** A text that is copied by a click: a command for the terminal. */
export function commandLine(text) {
  const button = element("button", { type: "button", class: "plain", onclick: async () => {
    await navigator.clipboard.writeText(text);
    write(button, "copied");
    setTimeout(() => write(button, "copy"), 1500);
  } }, "copy");
  return element("p", { class: "command" }, element("code", {}, text), button);
}

/** Says that something went wrong, in the place of what can't be shown. */
export const failure = (title, message, ...more) => element("div", { class: "empty" }, element("h2", {}, title), element("p", {}, message), more);

/** Shows a message over the page for a while. */
export function notice(message) {
  const target = document.getElementById("notice");
  clearTimeout(notice.timer);
  write(target, message);
  target.hidden = false;
  notice.timer = setTimeout(() => { target.hidden = true; }, 8000);
}

/** Whether what is shown is up to date. */
export function connection(lost) {
  const target = document.getElementById("connection");
  target.className = `connection ${lost ? "lost" : "live"}`;
  write(target, lost ? "Connection lost, trying again" : "Live");
  target.title = lost?.message ?? "";
}
