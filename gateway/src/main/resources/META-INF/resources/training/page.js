import { rememberKey } from "./api.js";
import { element } from "./dom.js";
import { RunList } from "./list.js";
import { commandLine, failure } from "./parts.js";
import { RunPage } from "./run.js";

/** Which view an address is for: #/ is the list, #/runs/NAME?with=OTHER,OTHER a run. */
function view() {
  const [path, query] = location.hash.slice(1).split("?");
  const name = /^\/runs\/([^/]+)$/.exec(path ?? "")?.[1];
  if (!name) return new RunList();
  const others = new URLSearchParams(query).get("with");
  return new RunPage(decodeURIComponent(name), others ? others.split(",") : []);
}

const main = document.getElementById("main");
let shown;

function show(focus) {
  shown?.close();
  shown = view();
  shown.onFailure = fail;
  main.replaceChildren(shown.root);
  shown.open();
  if (focus) main.focus({ preventScroll: true });
}

/** In the place of the view, which goes on trying. */
function fail(lost) {
  switch (lost.status) {
    case 401:
      shown.close();
      main.replaceChildren(askForKey(lost.message));
      break;
    case 404:
      shown.close();
      main.replaceChildren(failure("No such run", lost.message, element("p", {}, element("a", { href: "#/" }, "All runs"))));
      break;
    default:
      shown.root.replaceChildren(failure("Nothing to show yet", `${lost.message}. Trying again.`, lost.status === 0 ? commandLine("./mtj up") : null));
  }
}

function askForKey(message) {
  const key = element("input", { type: "password", autocomplete: "current-password", required: true, "aria-label": "API key" });
  return element("form", { class: "empty", onsubmit: event => {
    event.preventDefault();
    rememberKey(key.value);
    show(true);
  } }, element("h2", {}, "This gateway wants a key"), element("p", {}, message), element("p", { class: "command" }, key, element("button", { class: "primary" }, "Use it")));
}

addEventListener("hashchange", () => show(true));
show(false);
