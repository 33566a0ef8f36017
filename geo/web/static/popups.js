/*
 * Popups: the list of several incidents, and whatever else opens over the map.
 */
"use strict";

window.incidentPopups = (() => {
  const { make, miniature } = window.incidentSymbols;
  /** The closest zoom that a click on several places goes to. */
  const PARTING_ZOOM = 14;

  /** One incident of a list: a button with its mark, title, date, place and claim. */
  function itemNode(incident, open) {
    const { id, title, line, date, place, claim } = incident;
    const lines = date === undefined ? [line] : [place ? `${date}. ${place}.` : `${date}.`, claim];
    return make("li", { "data-id": id },
      make("button", { type: "button", class: "choice", onclick: open },
        miniature(incident), make("span", {}, make("b", { dir: "auto" }, title),
          ...lines.map((words) => make("small", { dir: "auto" }, words)))));
  }

  /** A list of incidents, each of which `open` opens; `total` may be more than these. */
  function listNode(heading, incidents, total, open) {
    const items = incidents.map((incident) => itemNode(incident, () => open(incident)));
    const count = `${total} incident${total === 1 ? "" : "s"}. Choose one to read it.`;
    const more = total > items.length
      && `The first ${items.length} of ${total}. Filter to see fewer.`;
    return make("div", {}, make("h2", {}, heading), make("p", { class: "note" }, count),
      make("ul", {}, ...items), more && make("p", { class: "note" }, more));
  }

  /** Open a popup no larger than the map lets it be. */
  function openAt(map, at, content, options = {}) {
    const { x, y } = map.getSize();
    const popup = L.popup({ maxWidth: Math.min(340, x - 96), minWidth: 220,
      maxHeight: Math.max(160, y - 130), className: "record", ...options })
      .setLatLng(at).setContent(make("div", {}, content)).openOn(map);
    // Leaflet's button leads to "#close", which is nowhere: it would be told as a link
    // that skips the page.
    popup.getElement()?.querySelector(".leaflet-popup-close-button")?.setAttribute("href", "#");
    return popup;
  }

  /**
   * Come closer to places that a closer view parts; tell whether it does. Those so close
   * that only street level would part them are to be listed instead: zooming there would
   * make a city's marker look like a spot.
   */
  function comeCloser(map, bounds) {
    const zoom = Math.floor(map.getBoundsZoom(bounds.pad(0.3)));
    const parts = zoom <= PARTING_ZOOM && zoom > map.getZoom();
    if (parts) map.setView(bounds.getCenter(), zoom);
    return parts;
  }

  return { itemNode, listNode, openAt, comeCloser, PARTING_ZOOM };
})();
