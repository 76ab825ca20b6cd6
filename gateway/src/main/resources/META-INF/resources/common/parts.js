import { element, write } from "./dom.js";

/** A coloured word. */
export class StateWord {
  root = element("span", { class: "state" });

  show({ text, tone }) {
    this.root.className = `state ${tone}`;
    write(this.root, text);
  }
}

/** How much of something is done. */
export class Progress {
  #bar = element("div", { class: "fill" });
  #text = element("span", {});
  #track;

  /** @param label what is done, for readers of the screen */
  constructor(label) {
    this.#track = element("div", { class: "track", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": label }, this.#bar);
    this.root = element("div", { class: "progress" }, this.#track, this.#text);
  }

  /** @param part from 0 to 1 */
  show(part, tone, text) {
    this.#bar.style.transform = `scaleX(${part})`;
    this.#track.className = `track ${tone}`;
    this.#track.setAttribute("aria-valuenow", (100 * part).toFixed(1));
    write(this.#text, text);
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

/** Radio buttons in a row. */
export function choice(legend, name, options, chosen, change) {
  return element("fieldset", { class: "choice" }, element("legend", { class: "hidden" }, legend), options.map(([value, text]) => element("label", {},
    element("input", { type: "radio", name, value, checked: value === chosen, onchange: () => change(value) }), element("span", {}, text))));
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
