/** What a run's steps said, kept by step, and how it is drawn. */

/** Points of a whole curve; with twice as many every other one is dropped. */
export const MOST_POINTS = 2000;

export class Curve {
  steps = [];
  validations = new Map();

  /** An answer of the history: its points take the place of those from its first on. */
  load(history) {
    history.steps.forEach(point => this.add(point));
    history.validations.forEach(point => this.validated(point));
    this.loaded = true;
  }

  /** The first step that is not known for sure: before a connection broke, all were heard. */
  settled() {
    return this.loaded ? this.steps.at(-1)?.step ?? 0 : 0;
  }

  /** A run that goes on from a checkpoint says steps again; the later one holds. */
  add(point) {
    put(this.steps, { ...point, at: Date.parse(point.time) / 1000 });
    if (this.steps.length > 2 * MOST_POINTS) {
      this.steps = this.steps.filter((_, index) => index % 2 === 0 || index === this.steps.length - 1);
    }
  }

  validated(point) {
    if (!this.validations.has(point.set)) this.validations.set(point.set, []);
    // Without its tokens: those of the validation, not those trained on.
    put(this.validations.get(point.set), { step: point.step, loss: point.loss, at: Date.parse(point.time) / 1000 });
  }

  /** A figure of the steps over an x axis, points that lack it left out. */
  figure(name, axis) {
    const points = this.steps.filter(point => Number.isFinite(point[name]));
    return { x: this.#axis(points, axis), y: points.map(point => point[name]) };
  }

  /** The losses of each validation set. */
  validation(axis) {
    return [...this.validations].map(([set, points]) => ({ set, x: this.#axis(points, axis), y: points.map(point => point.loss) }));
  }

  #axis(points, axis) {
    switch (axis) {
      case "tokens": return points.map(point => point.tokens ?? this.#tokensAt(point.step));
      case "time": return points.map(point => point.at - (this.steps[0] ?? points[0]).at);
      default: return points.map(point => point.step);
    }
  }

  /** Every step has as many. */
  #tokensAt(step) {
    const last = this.steps.at(-1);
    return last ? step * last.tokens / last.step : 0;
  }
}

/** Keeps points in the order of their steps. */
function put(points, point) {
  let place = points.length;
  while (place > 0 && points[place - 1].step >= point.step) place--;
  points.splice(place, points[place]?.step === point.step ? 1 : 0, point);
}

/**
 * An exponential moving average whose beginning is not drawn towards zero (Adam's bias correction).
 *
 * @param weight of what came before, from 0 to below 1
 */
export function smooth(values, weight) {
  let average = 0;
  let whole = 1;
  return values.map(value => {
    average = weight * average + (1 - weight) * value;
    whole *= weight;
    return average / (1 - whole);
  });
}
