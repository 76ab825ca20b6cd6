import { element } from "../common/dom.js";
import { errorText, text } from "./metrics.js";

/**
 * A figure, its standard error, and both drawn: a point, and a bar from one error below to one above.
 *
 * @param place a function from a value to its place, from 0 to 1
 */
export function figure(metric, { value, standard_error: error }, place) {
  const percent = part => `${(100 * part).toFixed(2)}%`;
  const bar = element("span", { class: "scale", "aria-hidden": "true" });
  if (typeof error === "number") {
    const [left, right] = [place(value - error), place(value + error)].sort((a, b) => a - b);
    bar.append(styled("whisker", { left: percent(left), width: percent(right - left) }));
  }
  bar.append(styled("dot", { left: percent(place(value)) }));
  return [element("span", { class: "value" }, text(metric, value), " ", element("small", {}, errorText(metric, error))), bar];
}

function styled(name, style) {
  const made = element("span", { class: name });
  Object.assign(made.style, style);
  return made;
}

/** A name that may be broken after its underscores. */
export const breakable = name => name.split(/(?<=_)/).flatMap((part, index) => index > 0 ? [element("wbr"), part] : [part]);

/** Whether a document's metrics of this kind say that it was right. */
export const mark = right => element("span", { class: right ? "right" : "wrong" }, right ? "✓" : "✗");
