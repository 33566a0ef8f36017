/*
 * The page on paper where Streamlit is not: what the map shows, in words, below it. The
 * style sheet does the rest (own-page.css).
 */
"use strict";

window.incidentPrint = (() => {
  const { make } = window.incidentSymbols;
  const { linesOf } = window.incidentPrintWords;

  /** Take the map, and what gives its `style` and the `query` in force. */
  function start(map, given) {
    const note = make("div", { class: "printed", "aria-hidden": "true" });
    map.getContainer().parentNode.append(note);
    window.addEventListener("beforeprint", () => {
      note.replaceChildren(...linesOf(given, window.location.href));
    });
  }

  return { start };
})();
