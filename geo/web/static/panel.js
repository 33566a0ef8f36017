/*
 * The panel beside the map: the incidents in view, and the record of the open one.
 */
"use strict";

window.incidentPanel = (() => {
  const { make } = window.incidentSymbols;
  let panel;

  /** Put the panel beside the map, which shares its room with it. */
  function start(map) {
    panel = make("section", { class: "panel", "aria-label": "Incidents in view" });
    map.getContainer().parentNode.append(panel);
  }

  return { start };
})();
