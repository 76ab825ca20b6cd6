import { showViews } from "../common/views.js";
import { EvaluationPage } from "./evaluation.js";
import { Home } from "./home.js";
import { NewEvaluation } from "./new.js";
import { RunPage } from "./run.js";

/** Which view an address is for: #/ is the leaderboard, #/new the form, #/evaluations/NAME one, #/runs/NAME a run's curve. */
function view() {
  const [, kind, name] = /^#\/(evaluations|runs)\/([^/?]+)$/.exec(location.hash) ?? [];
  switch (kind) {
    case "evaluations": return new EvaluationPage(decodeURIComponent(name));
    case "runs": return new RunPage(decodeURIComponent(name));
    default: return location.hash === "#/new" ? new NewEvaluation() : new Home();
  }
}

showViews(view, "No such evaluation", "All evaluations");
