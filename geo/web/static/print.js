/*
 * The page on paper: the map with its legend, the filters in words, sources and date.
 *
 * A browser prints at once when it is told to, before a map could be drawn anew. So the
 * map keeps its size in pixels and is made as small as the sheet is wide.
 */
"use strict";

window.incidentPrint = (() => {
  const { make } = window.incidentSymbols;
  const { linesOf } = window.incidentPrintWords;
  /** Width and height of A4 across, less its margins of 10 mm, in CSS pixels. */
  const SHEET_PX = [1046, 718];
  /** Room above the map for the page's title, and below it for the words. */
  const TITLE_PX = 96, WORDS_PX = 88;
  let frame, note, given;
  /** Undoes what was done to the page on the screen. */
  let restore = () => {};

  /** Take the map, and what gives its `style` and the `query` in force. */
  function start(map, handlers) {
    frame = window.frameElement;
    given = handlers;
    note = make("div", { class: "printed", "aria-hidden": "true" });
    map.getContainer().parentNode.append(note);
    const sheet = window.parent.document;
    const id = "incident-map-print";
    if (!sheet.getElementById(id)) {
      const link = sheet.createElement("link");
      Object.assign(link, { id, rel: "stylesheet", media: "print",
        href: "/assets/own/page-print.css" });
      sheet.head.append(link);
    }
    window.parent.addEventListener("beforeprint", prepare);
    window.parent.addEventListener("afterprint", () => restore());
  }

  function prepare() {
    restore();
    note.replaceChildren(...linesOf(given, window.parent.location.href));
    const width = frame.offsetWidth, height = frame.offsetHeight;
    const whole = height + WORDS_PX;
    const scale = Math.min(1, SHEET_PX[0] / width, (SHEET_PX[1] - TITLE_PX) / whole);
    const root = window.parent.document.documentElement;
    root.style.setProperty("--map-width", `${width}px`);
    root.style.setProperty("--map-scale", scale);
    // What is drawn smaller still takes its whole room.
    root.style.setProperty("--map-rest", `${(scale - 1) * whole}px`);
    document.documentElement.style.setProperty("--printed", `${WORDS_PX}px`);
    frame.style.setProperty("height", `${whole}px`, "important");
    const folded = [...document.querySelectorAll(".filters details:not([open], .rare)")];
    for (const fold of folded) fold.open = true;
    restore = () => {
      frame.style.setProperty("height", `${height}px`, "important");
      for (const fold of folded) fold.open = false;
      note.replaceChildren();
      restore = () => {};
    };
  }

  return { start };
})();
