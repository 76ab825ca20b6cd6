/**
 * An element with attributes and children. A function is a listener (`onclick`), true an attribute without a value, and
 * what is null or false is left out. Texts are texts, never markup.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return made;
}

/** Writes a text where it changed, so that readers of the screen are told only then. */
export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Calls the function once for many requests of the same moment, when the browser draws next. */
export function whenDrawing(action) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      action();
    });
  };
}
