import { element } from "../common/dom.js";
import * as format from "../common/format.js";
import { isShare, named } from "./metrics.js";
import { mark } from "./parts.js";

const END_OF_TEXT = "<|endoftext|>";
const SNIPPET = 110;

/** A document: a line that says how it went, and all of it when it is opened. */
export function documentView({ index, hash, views, differences }) {
  return element("details", { class: "document", "data-document": index },
    element("summary", {}, element("span", { class: "number" }, `#${format.integer(index)}`), element("span", { class: "snippet" }, snippet(views[0])), views.map(verdict)),
    element("div", { class: "inside" },
      differences.length > 0 ? element("ul", { class: "differences" }, differences.map(difference => element("li", {}, difference))) : null,
      hasContexts(views[0]) ? null : contexts(views),
      choices(views),
      element("p", { class: "hash" }, "Document ", element("code", {}, hash))));
}

/** The choices are contexts of one continuation. */
const hasContexts = view => view.contexts.length > 1;

function snippet({ contexts, choices }) {
  const line = (contexts[0] || choices[0]?.text || "").replaceAll(END_OF_TEXT, "").replace(/\s+/g, " ").trim();
  return line.length > SNIPPET ? `…${line.slice(-SNIPPET)}` : line;
}

/** Right or wrong under a protocol, by each share that the task counts. */
function verdict({ protocol, metrics }) {
  const shares = Object.entries(metrics).sort().filter(([name]) => isShare(name));
  const right = shares.map(([, value]) => value === 1);
  const tone = right.every(Boolean) ? "good" : right.some(Boolean) ? "mixed" : "bad";
  if (shares.length === 0) return null;
  return element("span", { class: `verdict ${tone}`, title: shares.map(([name, value]) => `${named(name)}: ${value === 1 ? "right" : "wrong"}`).join(", ") }, protocol, " ", right.every(each => each === right[0]) ? mark(right[0]) : right.map(mark));
}

/** What the model read; once, where the protocols read the same. */
function contexts(views) {
  const same = views.every(view => view.contexts[0] === views[0].contexts[0]);
  const shown = same ? [[views.map(view => view.protocol).join(" and "), views[0]]] : views.map(view => [view.protocol, view]);
  return element("div", { class: "contexts" }, shown.map(([title, view]) => element("figure", {}, element("figcaption", {}, `Context, ${title}`), passage(view.contexts[0] ?? ""))));
}

function passage(text) {
  const made = element("blockquote", { tabindex: "0" });
  text.split(END_OF_TEXT).forEach((part, index) => made.append(...(index > 0 ? [element("mark", { class: "special" }, END_OF_TEXT)] : []), part));
  if (text === "") made.append(element("span", { class: "nothing" }, "empty"));
  return made;
}

function choices(views) {
  const [first] = views;
  const byLength = "acc_norm" in first.metrics;
  const chosen = first.gold !== undefined;
  const figures = ["log-probability", byLength ? "per character" : null, chosen ? null : "likeliest"].filter(Boolean);
  return element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": chosen ? "Choices" : "Continuations" }, element("table", { class: "choices" },
    element("thead", {},
      element("tr", {}, element("th", { scope: "col", rowspan: 2 }, chosen ? "Choice" : "Continuation"), views.map(view => element("th", { scope: "colgroup", colspan: figures.length }, view.protocol))),
      element("tr", {}, views.flatMap(() => figures.map(title => element("th", { scope: "col", class: "figure" }, title))))),
    element("tbody", {}, first.choices.map((choice, index) => element("tr", { class: index === first.gold ? "gold" : null },
      element("th", { scope: "row" }, label(views, index)), views.flatMap(view => cells(view, index, byLength, chosen))))),
    element("tfoot", {}, element("tr", {}, element("th", { scope: "row" }, "Counts"), views.map(view => element("td", { colspan: figures.length, class: "figure" }, counts(view)))))));
}

/** The continuation as the first protocol asked it, others where they differ, and the target where it is another text. */
function label(views, index) {
  const [first] = views;
  const texts = [...new Set(views.map(view => whole(view, index)))];
  return [texts.map(each => element("span", { class: "continuation" }, passageText(each))),
    index === first.gold ? element("span", { class: "tag" }, "right") : null,
    first.target !== undefined && first.target !== first.choices[index].text ? element("span", { class: "target" }, "right is ", element("q", {}, first.target)) : null];
}

const whole = (view, index) => `${hasContexts(view) ? `${view.contexts[view.choices[index].context]} |` : ""}${view.choices[index]?.text ?? ""}`;

/** A space that begins a text can be seen. */
const passageText = text => text.startsWith(" ") ? [element("span", { class: "space", title: "a space" }, "␣"), text.slice(1)] : text;

function cells(view, index, byLength, chosen) {
  const choice = view.choices[index];
  if (!choice || choice.logprob === undefined) return [element("td", { class: "figure", colspan: 1 + byLength + !chosen }, format.DASH)];
  const length = [...choice.text.replace(/^ /, "")].length;
  const cell = (value, picked, title) => element("td", { class: `figure${picked ? " chosen" : ""}`, title }, picked ? element("span", { class: "pick", title: "what the model chose" }, "▸") : null, value);
  const best = score => view.choices.every((other, place) => place === index || score(choice) > score(other) || (score(choice) === score(other) && index < place));
  const sum = ({ logprob }) => logprob;
  const normal = other => other.logprob / [...other.text.replace(/^ /, "")].length;
  const made = [cell(nats(choice.logprob), chosen && best(sum), `${choice.tokens} tokens, nats`)];
  if (byLength) made.push(cell(nats(choice.logprob / length), chosen && best(normal), `${length} characters`));
  if (!chosen) made.push(cell(choice.greedy ? "yes" : "no", false, "whether each token was the likeliest at its place"));
  return made;
}

/** With a minus as long as a digit. */
const nats = value => value.toFixed(3).replace("-", "−");

const counts = ({ metrics }) => Object.entries(metrics).sort().map(([name, value]) => element("span", { title: named(name) }, `${name} `, isShare(name) ? mark(value === 1) : format.number(value))).flatMap((each, index) => index > 0 ? ["  ", each] : [each]);
