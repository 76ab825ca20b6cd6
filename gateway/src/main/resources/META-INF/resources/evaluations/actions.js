import { element } from "../common/dom.js";
import * as api from "./api.js";
import { stateOf } from "./state.js";

/** The buttons that an evaluation's state allows. */
export class Actions {
  #pause;
  #resume;
  #cancel;
  root;

  /** @param act is given what a button does, and the evaluation's name */
  constructor(name, act) {
    const button = (text, action, title, kind) => element("button", { type: "button", class: kind, title, "aria-label": `${text} ${name}`, onclick: () => act(action, name) }, text);
    this.#pause = button("Pause", api.pause, "Asks nothing more until it is resumed");
    this.#resume = button("Resume", api.resume, "Goes on; what was answered is not asked again", "primary");
    this.#cancel = button("Cancel", api.cancel, "Ends it; what was answered is kept", "danger");
    this.root = element("span", { class: "actions" }, this.#pause, this.#resume, this.#cancel);
  }

  show(evaluation) {
    const { pauses, resumes, cancels } = stateOf(evaluation);
    this.#pause.hidden = !pauses;
    this.#resume.hidden = !resumes;
    this.#cancel.hidden = !cancels;
  }
}
