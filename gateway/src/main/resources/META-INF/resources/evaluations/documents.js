import { element, write } from "../common/dom.js";
import * as format from "../common/format.js";
import * as api from "./api.js";
import { documentView } from "./document.js";

const PAGE = 10;

/** A task's documents as the model was asked them, in pages. */
export class Documents {
  #name;
  #task;
  #differing = false;
  /** Where each page that was shown begins; the last is the one that is shown. */
  #pages = [0];
  #asked = 0;
  #loaded = false;
  #judged = 0;
  #tasks = element("select", { "aria-label": "Task", onchange: () => this.#choose(this.#tasks.value) });
  #only = element("input", { type: "checkbox", onchange: () => this.#filter() });
  #filterLabel = element("label", { class: "check" }, this.#only, element("span", {}, "Differing only"));
  #at = element("input", { type: "number", min: 0, step: 1, id: "document", onchange: () => this.#load([Math.max(0, Number(this.#at.value))]) });
  #all = element("button", { type: "button", onclick: () => this.#expand() }, "Open all");
  #place = element("p", { class: "place", role: "status" });
  #previous = element("button", { type: "button", onclick: () => this.#load(this.#pages.slice(0, -1)) }, "← Previous");
  #next = element("button", { type: "button", onclick: () => this.#load([...this.#pages, this.#following]) }, "Next →");
  #following;
  #list = element("div", { class: "documents" });
  root;

  constructor(name) {
    this.#name = name;
    this.root = element("section", { class: "card browser", hidden: true },
      element("div", { class: "toolbar" }, element("h2", {}, "Documents"), this.#tasks, this.#filterLabel, element("label", {}, element("span", {}, "From"), this.#at), this.#all),
      this.#list, element("div", { class: "pages" }, this.#previous, this.#place, this.#next));
  }

  show({ settings, results }) {
    this.root.hidden = results.every(({ done }) => done === 0);
    if (!this.#task) {
      this.#tasks.replaceChildren(...settings.tasks.map(task => element("option", {}, task)));
      this.#task = settings.tasks[0];
      this.#filterLabel.hidden = settings.protocols.length < 2;
    }
    this.#judged = Math.max(...results.filter(({ task }) => task === this.#task).map(({ done }) => done));
    // A page that is not full yet is asked for again when more are judged.
    if (!this.root.hidden && (!this.#loaded || (this.#following === undefined && this.#list.children.length < PAGE && this.#judged > this.#asked))) this.#load(this.#pages);
  }

  #choose(task) {
    this.#task = task;
    this.#load([0]);
  }

  #filter() {
    this.#differing = this.#only.checked;
    this.#load([0]);
  }

  #expand() {
    const details = [...this.#list.querySelectorAll("details")];
    const open = details.some(each => !each.open);
    details.forEach(each => { each.open = open; });
    write(this.#all, open ? "Close all" : "Open all");
  }

  async #load(pages) {
    this.#loaded = true;
    this.#pages = pages;
    this.#asked = this.#judged;
    const asked = { task: this.#task, from: pages.at(-1), limit: PAGE, differing: this.#differing || null };
    try {
      const { total, data } = await api.documents(this.#name, asked);
      if (asked.task !== this.#task || asked.from !== this.#pages.at(-1)) return;
      this.#draw(total, data);
    } catch (refusal) {
      this.#list.replaceChildren(element("p", { class: "reason" }, refusal.message));
    }
  }

  #draw(total, documents) {
    const opened = new Set([...this.#list.querySelectorAll("details[open]")].map(each => each.dataset.document));
    this.#list.replaceChildren(...documents.map((each, index) => {
      const view = documentView(each);
      view.open = opened.size > 0 ? opened.has(String(each.index)) : index === 0;
      return view;
    }));
    if (documents.length === 0) this.#list.append(element("p", { class: "nothing" }, this.#differing ? "From here on the protocols judge no document differently." : "From here on no document is judged."));
    const last = documents.at(-1)?.index;
    this.#following = documents.length === PAGE ? last + 1 : undefined;
    this.#at.value = this.#pages.at(-1);
    this.#previous.disabled = this.#pages.length < 2;
    this.#next.disabled = this.#following === undefined;
    const kind = this.#differing ? "that differ" : "judged";
    write(this.#place, documents.length === 0 ? "" : `${format.integer(documents[0].index)} to ${format.integer(last)}, of ${format.integer(total)} ${kind}`);
    write(this.#all, "Open all");
  }
}
