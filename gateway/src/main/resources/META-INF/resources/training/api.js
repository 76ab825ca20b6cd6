/** The gateway's training API, and its events as they come. */

const KEY = "mtj.key";

/** A refusal, in the gateway's own words. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const rememberKey = key => sessionStorage.setItem(KEY, key);

function headers(more = {}) {
  const key = sessionStorage.getItem(KEY);
  return key ? { ...more, Authorization: `Bearer ${key}` } : more;
}

async function refused(response) {
  const text = await response.text();
  let message = `The gateway answered with the status ${response.status}`;
  try {
    message = JSON.parse(text).error.message;
  } catch {
    // No JSON of ours: something between here and the gateway answered.
  }
  return new Refusal(response.status, message);
}

async function call(method, path) {
  let response;
  try {
    response = await fetch(`/v1/training${path}`, { method, headers: headers(), cache: "no-store" });
  } catch {
    throw new Refusal(0, "The gateway can't be reached");
  }
  if (!response.ok) throw await refused(response);
  return response.json();
}

const path = name => `/runs/${encodeURIComponent(name)}`;

export const runs = async () => (await call("GET", "/runs")).data;
export const run = name => call("GET", path(name));
export const history = (name, from, limit) => call("GET", `${path(name)}/history?from=${from}&limit=${limit}`);
export const cancel = name => call("POST", `${path(name)}/cancel`);
export const resume = name => call("POST", `${path(name)}/resume`);
export const publish = (name, step) => call("POST", `${path(name)}/checkpoints/${step}/publish`);

const LONGEST_PAUSE = 10_000;

/**
 * Reads events of some runs, of all where none is named, until it is closed. A connection that breaks, or falls silent,
 * is made again. Not the browser's EventSource, which can't show a key.
 *
 * @param onOpen is told each time a connection stands: whatever happened before may have been missed
 * @param onEvent is given each event's data
 * @param onLost is told why, each time there is no connection
 */
export function events(names, { onOpen, onEvent, onLost }) {
  const closing = new AbortController();
  const query = names.map(name => `run=${encodeURIComponent(name)}`).join("&");
  (async () => {
    for (let pause = 500; !closing.signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        await listen(`/v1/training/events${query ? `?${query}` : ""}`, closing.signal, () => {
          pause = 500;
          onOpen();
        }, onEvent);
        onLost(new Refusal(0, "The connection ended"));
      } catch (failure) {
        if (closing.signal.aborted) return;
        onLost(failure);
      }
      await new Promise(done => setTimeout(done, pause));
    }
  })();
  return () => closing.abort();
}

/** Three times the gateway's own interval of signs of life. */
const SILENCE = 45_000;

async function listen(url, signal, onOpen, onEvent) {
  const quiet = new AbortController();
  const stop = AbortSignal.any([signal, quiet.signal]);
  let watch = setTimeout(() => quiet.abort(), SILENCE);
  try {
    const response = await fetch(url, { headers: headers({ Accept: "text/event-stream" }), signal: stop, cache: "no-store" });
    if (!response.ok) throw await refused(response);
    onOpen();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(watch);
      watch = setTimeout(() => quiet.abort(), SILENCE);
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const data = block.split("\n").filter(line => line.startsWith("data: ")).map(line => line.slice(6));
        if (data.length > 0) onEvent(JSON.parse(data.join("\n")));
      }
    }
  } finally {
    clearTimeout(watch);
  }
}
