import { main } from "./metrics.js";

/** Tasks in the order of the table of 2021, others after them by name. */
const ORDER = ["lambada_openai", "lambada_standard", "winogrande", "hellaswag", "piqa", "arc_easy", "arc_challenge", "boolq", "openbookqa", "sciq", "wikitext"];

const rank = task => (ORDER.indexOf(task) + ORDER.length + 1) % (ORDER.length + 1);

export const columnKey = (task, metric) => `${task} ${metric}`;

/**
 * What models reached: a row for each model and way it was asked, with a line for each protocol and a cell for each
 * task's metric. Of several evaluations of the same a finished one holds, then the one of more documents, then the newest.
 */
export function rows(evaluations) {
  const rows = new Map();
  for (const evaluation of [...evaluations].sort(better)) {
    const { served, settings, run, step, created } = evaluation;
    const measured = evaluation.results.filter(result => result.metrics.length > 0);
    if (measured.length === 0) continue;
    const key = [settings.model, served?.identity, settings.few_shot].join("\n");
    if (!rows.has(key)) {
      const detail = [served ? `${served.engine} · ${served.dtype}` : null, settings.few_shot > 0 ? `${settings.few_shot} examples` : null].filter(Boolean).join(" · ");
      rows.set(key, { key, model: settings.model, detail, run, step, created, lines: new Map() });
    }
    for (const result of measured) addCells(rows.get(key).lines, evaluation, result);
  }
  return lastCheckpoints([...rows.values()]);
}

/** A comparator that has finished evaluations first, and the newer first. */
function better(one, other) {
  const finished = evaluation => evaluation.state === "finished" ? 1 : 0;
  return finished(other) - finished(one) || Date.parse(other.created) - Date.parse(one.created);
}

function addCells(lines, evaluation, result) {
  if (!lines.has(result.protocol)) lines.set(result.protocol, new Map());
  const cells = lines.get(result.protocol);
  for (const metric of result.metrics) {
    const key = columnKey(result.task, metric.name);
    const before = cells.get(key);
    const final = evaluation.state === "finished";
    if (before && (before.final !== final || before.documents >= result.done)) continue;
    const partial = Boolean(evaluation.settings.limit) || result.excerpt || !final;
    cells.set(key, { ...metric, task: result.task, documents: result.done, partial, excerpt: result.excerpt, final, evaluation: evaluation.name });
  }
}

/** Of a run's checkpoints the last one; the others are its curve. */
function lastCheckpoints(all) {
  const last = new Map();
  for (const row of all) if (row.run) last.set(row.run, Math.max(row.step, last.get(row.run) ?? 0));
  return all.filter(row => !row.run || row.step === last.get(row.run)).sort((a, b) => Date.parse(b.created) - Date.parse(a.created));
}

/** Rows that others published, in the same shape; a source may have columns of its own, or fill those of others. */
export function publishedRows({ sources }) {
  return sources.flatMap(source => source.rows.map(({ model, note, values }) => ({
    key: `${source.title} ${model}`,
    model,
    detail: note,
    source,
    lines: new Map([[source.protocol, new Map(Object.entries(values).map(([key, value]) => {
      const [task, name] = key.split(" ");
      const [figure, error] = [value].flat();
      return [key, { name, task, value: figure, standard_error: error, higher_is_better: !name.includes("perplexity"), final: true }];
    }))]]),
  })));
}

/** The columns that the rows have something in, of each task its main metrics or all. */
export function columns(rows, all) {
  const tasks = new Map();
  for (const cell of cellsOf(rows)) {
    if (!tasks.has(cell.task)) tasks.set(cell.task, new Map());
    tasks.get(cell.task).set(cell.name, cell.higher_is_better);
  }
  return [...tasks].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b)).flatMap(([task, metrics]) => {
    const names = all ? [...metrics.keys()] : main(task, [...metrics.keys()]);
    return names.map(metric => ({ key: columnKey(task, metric), task, metric, higher: metrics.get(metric) }));
  });
}

export const cellsOf = rows => rows.flatMap(row => [...row.lines.values()].flatMap(cells => [...cells.values()]));
