/** Numbers, times and sizes as people read them. Whatever is not known is a dash. */

export const DASH = "–";

const isNumber = value => typeof value === "number" && Number.isFinite(value);

const power = (value, digits) => value.toExponential(digits).replace(/\.?0+e/, "e").replace("e+", "e");

/** Four significant digits, and no more zeros than needed: 3.214, 0.00015 as 1.5e-4. */
export function number(value) {
  if (!isNumber(value)) return DASH;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return power(value, 2);
  return size >= 1000 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(4)).toString();
}

/** As runs are configured, and all of an axis alike: 1.5e-3. */
export const rate = value => isNumber(value) ? value === 0 ? "0" : power(value, 3) : DASH;

/** A loss has four digits behind the point, so that a column of them stands in line. */
export const loss = value => isNumber(value) ? value.toFixed(4) : DASH;

export const integer = value => isNumber(value) ? Math.round(value).toLocaleString("en") : DASH;

export const percent = value => isNumber(value) ? `${(100 * value).toFixed(1)} %` : DASH;

/** Thousands, millions, billions: 12.3k, 4.1M. */
export function count(value) {
  if (!isNumber(value)) return DASH;
  for (const [unit, letter] of [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]]) {
    if (Math.abs(value) >= unit) return `${Number((value / unit).toPrecision(3))}${letter}`;
  }
  return Number(value.toPrecision(3)).toString();
}

export function bytes(value) {
  if (!isNumber(value)) return DASH;
  for (const [unit, name] of [[1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"]]) {
    if (value >= unit) return `${(value / unit).toFixed(1)} ${name}`;
  }
  return `${value} bytes`;
}

/** Seconds as the two largest units: 3 h 12 min. */
export function duration(seconds) {
  if (!isNumber(seconds)) return DASH;
  const whole = Math.max(0, Math.round(seconds));
  const [days, hours, minutes] = [Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

export const moment = text => text ? clock.format(new Date(text)) : DASH;

/** How long ago, as of now. */
export const ago = text => text ? `${duration((Date.now() - new Date(text)) / 1000)} ago` : DASH;
