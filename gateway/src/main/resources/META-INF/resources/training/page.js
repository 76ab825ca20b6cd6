import { showViews } from "../common/views.js";
import { RunList } from "./list.js";
import { RunPage } from "./run.js";

/** Which view an address is for: #/ is the list, #/runs/NAME?with=OTHER,OTHER a run. */
function view() {
  const [path, query] = location.hash.slice(1).split("?");
  const name = /^\/runs\/([^/]+)$/.exec(path ?? "")?.[1];
  if (!name) return new RunList();
  const others = new URLSearchParams(query).get("with");
  return new RunPage(decodeURIComponent(name), others ? others.split(",") : []);
}

showViews(view, "No such run", "All runs");
