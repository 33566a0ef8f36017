/*
 * What stands below a map on paper: how much of it is shown, whose it is, and since when.
 */
"use strict";

window.incidentPrintWords = (() => {
  const { make } = window.incidentSymbols;
  const { wordsOf } = window.incidentFilters;
  /** How many incidents there are, and by what they are filtered. */
  function words(given) {
    const total = Number(document.body.dataset.painted ?? 0);
    const parameters = new URLSearchParams(given.query());
    const chosen = given.style().filters.filter(({ name }) => parameters.get(name))
      .map(({ name, label, labels }) => `${label}: ${parameters.getAll(name)
        .map((value) => labels[value] ?? wordsOf(name, value)).join(", ")}`);
    const filters = chosen.length ? `Filtered. ${chosen.join("; ")}.` : "Nothing is filtered out.";
    return `${total.toLocaleString("en")} incident${total === 1 ? "" : "s"}. ${filters}`;
  }

  /** The lines, as paragraphs; `given` has the `style()` and the `query()` in force. */
  function linesOf(given, address) {
    const today = new Date().toLocaleDateString("en-GB",
      { day: "numeric", month: "long", year: "numeric" });
    const lines = [words(given), given.style().credit, `Printed on ${today} from ${address}`];
    return lines.filter(Boolean).map((line) => make("p", {}, line));
  }

  return { linesOf };
})();
