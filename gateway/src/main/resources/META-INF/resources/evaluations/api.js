import { call, events as listen, query, text } from "../common/gateway.js";

/** The gateway's API of evaluations. */

const EVALUATIONS = "/v1/evaluations";
const path = name => `${EVALUATIONS}/${encodeURIComponent(name)}`;

export const evaluations = async () => (await call("GET", EVALUATIONS)).data;
export const evaluation = name => call("GET", path(name));
export const evaluate = request => call("POST", EVALUATIONS, request);
export const pause = name => call("POST", `${path(name)}/pause`);
export const resume = name => call("POST", `${path(name)}/resume`);
export const cancel = name => call("POST", `${path(name)}/cancel`);
export const rebuild = name => call("POST", `${path(name)}/rebuild`);
export const verify = receipt => call("POST", `${EVALUATIONS}/verify`, receipt);
/** As it is written: its numbers keep their form. */
export const receipt = name => text("GET", `${path(name)}/receipt`);
export const documents = (name, page) => call("GET", `${path(name)}/documents${query(page)}`);
export const tasks = async () => (await call("GET", `${EVALUATIONS}/tasks`)).data;
export const models = async () => (await call("GET", "/v1/models")).data.map(model => model.id);

/** Rows that others published. */
export async function published() {
  const response = await fetch("published.json");
  return response.json();
}

/** Events of some evaluations, of all where none is named: each says how one stands. */
export const events = (names, listener) => listen(`${EVALUATIONS}/events${query({ evaluation: names })}`, listener);
