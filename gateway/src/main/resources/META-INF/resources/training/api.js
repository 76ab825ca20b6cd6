import { call, events as listen, query } from "../common/gateway.js";

/** The gateway's training API. */

const RUNS = "/v1/training/runs";
const path = name => `${RUNS}/${encodeURIComponent(name)}`;

export const runs = async () => (await call("GET", RUNS)).data;
export const run = name => call("GET", path(name));
export const history = (name, from, limit) => call("GET", `${path(name)}/history${query({ from, limit })}`);
export const cancel = name => call("POST", `${path(name)}/cancel`);
export const resume = name => call("POST", `${path(name)}/resume`);
export const publish = (name, step) => call("POST", `${path(name)}/checkpoints/${step}/publish`);

/** Events of some runs, of all where none is named. */
export const events = (names, listener) => listen(`/v1/training/events${query({ run: names })}`, listener);
