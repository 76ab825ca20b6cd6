import { element, write } from "../common/dom.js";
import * as format from "../common/format.js";
import * as api from "./api.js";

/** A finished evaluation's receipt, and what can be done with it. */
export class Receipt {
  #name;
  #said = element("p", { class: "said", role: "status" });
  #buttons;
  root;

  constructor(name) {
    this.#name = name;
    this.#buttons = [
      ["Download", "What was evaluated by what, hash by hash", () => this.#download()],
      ["Verify", "Asks the model some of the documents again", () => this.#verify()],
      ["Rebuild", "Computes the results again, from the log alone", () => this.#rebuild()],
    ].map(([text, title, action]) => element("button", { type: "button", title, onclick: () => this.#act(text, action) }, text));
    this.root = element("section", { class: "card receipt", hidden: true }, element("h2", {}, "Receipt"),
      element("p", { class: "hint" }, "What was evaluated by what: hashes of the weights, the tokenizer, the tasks and every document. It can be verified here or elsewhere, and the results can be computed again from the log."),
      element("p", { class: "actions" }, this.#buttons), this.#said);
  }

  show({ state }) {
    this.root.hidden = state !== "finished";
  }

  async #act(doing, action) {
    this.#buttons.forEach(button => { button.disabled = true; });
    this.#say("", `${doing}: this may take a while…`);
    try {
      await action();
    } catch (refusal) {
      this.#say("bad", refusal.message);
    } finally {
      this.#buttons.forEach(button => { button.disabled = false; });
    }
  }

  async #download() {
    const text = await api.receipt(this.#name);
    const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    element("a", { href: url, download: `${this.#name}-receipt.json` }).click();
    URL.revokeObjectURL(url);
    this.#say("", `${this.#name}-receipt.json, ${format.bytes(text.length)}`);
  }

  async #verify() {
    const { holds, documents, largest_difference: difference, findings } = await api.verify(await api.receipt(this.#name));
    const asked = `${format.integer(documents)} documents were asked again, log-probabilities differ by ${format.number(difference)} at most.`;
    this.#say(holds ? "good" : "bad", holds ? `It holds: ${asked}` : `It does not hold. ${asked} ${findings.join(". ")}`);
  }

  async #rebuild() {
    const { same, records, kept, rebuilt } = await api.rebuild(this.#name);
    this.#say(same ? "good" : "bad", same
      ? `The same bytes: ${format.integer(records)} records of the log give the results that are kept, ${kept.slice(0, 12)}.`
      : `Not the same: the log gives ${rebuilt.slice(0, 12)}, kept is ${kept.slice(0, 12)}.`);
  }

  #say(tone, text) {
    this.#said.className = `said ${tone}`;
    write(this.#said, text);
  }
}
