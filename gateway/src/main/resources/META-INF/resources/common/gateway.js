/** The gateway's API: calls, and events as they come. */

const KEY = "mtj.key";

/** A refusal, in the gateway's own words. */
export class Refusal extends Error {
  /** @param field of the request that is at fault, or null */
  constructor(status, message, field = null) {
    super(message);
    this.status = status;
    this.field = field;
  }
}

export const rememberKey = key => sessionStorage.setItem(KEY, key);

function headers(more = {}) {
  const key = sessionStorage.getItem(KEY);
  return key ? { ...more, Authorization: `Bearer ${key}` } : more;
}

async function refused(response) {
  const text = await response.text();
  try {
    const { message, param } = JSON.parse(text).error;
    return new Refusal(response.status, message, param);
  } catch {
    // No JSON of ours: something between here and the gateway answered.
    return new Refusal(response.status, `The gateway answered with the status ${response.status}`);
  }
}

/** @param body an object that is sent as JSON, JSON that is sent as it is, or nothing */
export const call = async (method, path, body) => (await send(method, path, body)).json();

/** The answer as it is written. */
export const text = async (method, path) => (await send(method, path)).text();

async function send(method, path, body) {
  const request = { method, headers: headers(body ? { "Content-Type": "application/json" } : {}), cache: "no-store" };
  if (body) request.body = typeof body === "string" ? body : JSON.stringify(body);
  let response;
  try {
    response = await fetch(path, request);
  } catch {
    throw new Refusal(0, "The gateway can't be reached");
  }
  if (!response.ok) throw await refused(response);
  return response;
}

const LONGEST_PAUSE = 10_000;

/**
 * Reads events until it is closed. A connection that breaks, or falls silent, is made again. Not the browser's
 * EventSource, which can't show a key.
 *
 * @param onOpen is told each time a connection stands: whatever happened before may have been missed
 * @param onEvent is given each event's data
 * @param onLost is told why, each time there is no connection
 */
export function events(path, { onOpen, onEvent, onLost }) {
  const closing = new AbortController();
  (async () => {
    for (let pause = 500; !closing.signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        await listen(path, closing.signal, () => {
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

/** An address's query, of the parameters that have a value. */
export function query(parameters) {
  const given = Object.entries(parameters).flatMap(([name, value]) => [value].flat().map(each => [name, each]));
  const text = new URLSearchParams(given.filter(([, value]) => value !== undefined && value !== null)).toString();
  return text ? `?${text}` : "";
}
