import * as format from "../common/format.js";

/** What tasks measure, and how it is shown. */

const SHARES = ["acc", "acc_norm", "acc_bytes", "exact_match"];

const NAMES = {
  acc: "accuracy", acc_norm: "accuracy, by length", acc_bytes: "accuracy, by bytes", exact_match: "exact match",
  perplexity: "perplexity", word_perplexity: "perplexity per word", byte_perplexity: "perplexity per byte", bits_per_byte: "bits per byte",
};

/** A share of documents, from 0 to 1. */
export const isShare = metric => SHARES.includes(metric);

/** In words. */
export const named = metric => NAMES[metric] ?? metric;

/** Shares in percent, without the sign; others with two digits behind the point. */
export function text(metric, value) {
  if (typeof value !== "number") return format.DASH;
  if (isShare(metric)) return (100 * value).toFixed(1);
  return value >= 1000 ? format.number(value) : value.toFixed(2);
}

/** The standard error, in the figure's own unit. */
export const errorText = (metric, error) => typeof error === "number" ? `± ${text(metric, error)}` : "";

export const unit = metric => isShare(metric) ? " %" : "";

/** Metrics that papers give of a task. */
export function main(task, metrics) {
  if (task.startsWith("lambada")) return metrics.filter(metric => metric === "perplexity" || metric === "acc");
  if (/^(hellaswag|arc_|openbookqa)/.test(task) && metrics.includes("acc_norm")) return ["acc_norm"];
  return metrics.slice(0, 1);
}

/**
 * The places of values in a column, from 0 (worst) to 1 (best); what is read by its ratio, such as a perplexity, is
 * placed by its logarithm.
 *
 * @param cells a list of {value, standard_error}
 */
export function scale(metric, higher, cells) {
  const at = isShare(metric) ? value => value : value => Math.log(Math.max(value, 1e-9));
  const ends = cells.flatMap(({ value, standard_error: error = 0 }) => [at(value - error), at(value + error)]);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const room = most > least ? 0.06 * (most - least) : 0.5;
  const part = value => Math.min(Math.max((at(value) - least + room) / (most - least + 2 * room), 0), 1);
  return higher ? part : value => 1 - part(value);
}
