import { element } from "./dom.js";
import { rememberKey } from "./gateway.js";
import { commandLine, failure } from "./parts.js";

/**
 * Shows the view that the address is for, and what stands in its place when it has nothing to show.
 *
 * @param view a function that makes it: it has a root, is opened, closed, and calls its onFailure with a refusal
 * @param missing title of what is shown where there is no such thing
 * @param all text of the way back to all of them
 */
export function showViews(view, missing, all) {
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
        main.replaceChildren(failure(missing, lost.message, element("p", {}, element("a", { href: "#/" }, all))));
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
}
