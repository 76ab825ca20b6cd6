import { element } from "../common/dom.js";
import * as format from "../common/format.js";
import { connection } from "../common/parts.js";
import * as api from "./api.js";

const PROTOCOLS = [
  ["harness", "as lm-evaluation-harness asks today"],
  ["mtj-2021", "as it was done for the table of 2021: end-of-text before each context, texts normalised, encoded apart"],
];

/** A form that starts an evaluation. */
export class NewEvaluation {
  #tasks = element("div", { class: "options" });
  #models = element("datalist", { id: "models" });
  #model = input({ id: "model", required: true, list: "models", autocomplete: "off", placeholder: "stories" });
  #limit = input({ id: "limit", type: "number", min: 1, step: 1, placeholder: "all" });
  #examples = input({ id: "few_shot", type: "number", min: 0, max: 128, step: 1, placeholder: "as the task says" });
  #name = input({ id: "name", autocomplete: "off", placeholder: "made up", pattern: "[A-Za-z0-9][A-Za-z0-9._@\\-]{0,127}", title: "Letters, digits, '.', '_', '@' and '-', a letter or digit first" });
  #error = element("p", { class: "refused", role: "alert", hidden: true });
  #start = element("button", { class: "primary" }, "Start");
  root;

  constructor() {
    const protocols = PROTOCOLS.map(([name, what], index) => option("protocol", name, name, what, { checked: index === 0 }));
    this.root = element("form", { class: "page form", onsubmit: event => this.#submit(event) }, element("h1", {}, "New evaluation"),
      element("section", { class: "card" },
        field("Model", this.#model, "A model that is served, or a published checkpoint, RUN@STEP", this.#models),
        element("fieldset", { id: "tasks" }, element("legend", {}, "Tasks"), this.#tasks),
        element("fieldset", { id: "protocols" }, element("legend", {}, "Protocols"), element("div", { class: "options" }, protocols), element("p", { class: "hint" }, "With both, each document is shown side by side.")),
        element("div", { class: "fields" },
          field("Documents of each task", this.#limit, "The first so many"),
          field("Examples before each", this.#examples, "Few-shot, at most 128"),
          field("Name", this.#name, "To find it again"))),
      this.#error, element("p", { class: "actions" }, element("a", { class: "button", href: "#/" }, "Back"), this.#start));
  }

  open() {
    document.title = "New evaluation · Mesh Transformer Java";
    this.#tasks.append(element("p", { class: "waiting" }, "Asking for the tasks…"));
    this.#ask();
  }

  close() {
    this.closed = true;
  }

  async #ask() {
    try {
      const [tasks, models] = await Promise.all([api.tasks(), api.models()]);
      connection(null);
      this.#models.replaceChildren(...models.map(model => element("option", { value: model })));
      if (this.#model.value === "" && models.length > 0) this.#model.value = models[0];
      this.#tasks.replaceChildren(...tasks.toSorted((one, other) => Boolean(other.data) - Boolean(one.data)).map(task));
    } catch (refusal) {
      if (this.closed) return;
      connection(refusal);
      if (refusal.status === 401) return this.onFailure(refusal);
      this.#refuse(refusal);
    }
  }

  async #submit(event) {
    event.preventDefault();
    const chosen = name => [...this.root.querySelectorAll(`input[name=${name}]:checked`)].map(({ value }) => value);
    const request = { model: this.#model.value, tasks: chosen("task"), protocols: chosen("protocol") };
    if (this.#name.value) request.name = this.#name.value;
    if (this.#limit.value) request.limit = Number(this.#limit.value);
    if (this.#examples.value) request.few_shot = Number(this.#examples.value);
    this.#start.disabled = true;
    try {
      const { name } = await api.evaluate(request);
      location.hash = `#/evaluations/${encodeURIComponent(name)}`;
    } catch (refusal) {
      this.#refuse(refusal);
    } finally {
      this.#start.disabled = false;
    }
  }

  /** Says what is wrong, and where. */
  #refuse({ message, field: name }) {
    this.root.querySelectorAll("[aria-invalid]").forEach(marked => marked.removeAttribute("aria-invalid"));
    const at = name ? document.getElementById(name.replace(/\[.*/, "")) : null;
    at?.setAttribute("aria-invalid", "true");
    this.#error.textContent = message;
    this.#error.hidden = false;
    (at?.matches("input") ? at : at?.querySelector("input"))?.focus();
  }
}

function input(attributes) {
  return element("input", { type: "text", ...attributes });
}

const field = (label, made, hint, ...more) => element("div", { class: "field" }, element("label", { for: made.id }, label), made, more, element("small", { class: "hint" }, hint));

function option(kind, value, label, what, attributes = {}) {
  return element("label", { class: "option" }, element("input", { type: "checkbox", name: kind, value, ...attributes }), element("span", {}, element("b", {}, label), element("small", {}, what)));
}

function task({ name, documents, excerpt, source, data }) {
  const link = /^https?:/.test(source) ? element("a", { href: source }, "where it is") : source;
  if (!data) return option("task", name, name, source ? ["no data here; ", link] : "no data here", { disabled: true });
  return option("task", name, name, `${format.integer(documents)} documents${excerpt ? ", the excerpt" : ""}`);
}
