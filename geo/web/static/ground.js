/*
 * The ground below the markers: the basemap of our own server, street tiles where the
 * deployment or the reader turns them on, and the credit of both.
 */
"use strict";

window.incidentGround = (() => {
  const { make } = window.incidentSymbols;
  const { corner } = window.incidentLegend;
  let map, style, credits, basemap, streets;

  /** Put the credits, which Leaflet would write as HTML, into their corner. */
  function start(leafletMap, answered) {
    map = leafletMap;
    style = answered;
    map.attributionControl.remove();
    credits = make("div", { class: "leaflet-control-attribution" });
    corner(map, "bottomright", credits);
    giveCredit();
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    if (style.tiles.url && style.tiles.default) toggleStreets();
  }

  /** Say who drew the ground, the streets if they are on, and who reported. */
  function giveCredit() {
    const names = [style.attribution, streets ? style.tiles.attribution : "", style.credit];
    credits.textContent = names.filter(Boolean).join(", ");
  }

  /** Draw the basemap of a theme, unless it is drawn. */
  function drawBasemap(theme) {
    if (basemap?.theme === theme) return;
    basemap?.remove();
    const address = `/basemap/${theme}/{z}/{x}/{y}.svg`;
    basemap = L.tileLayer(address, { maxZoom: 18, zIndex: 1 }).addTo(map);
    basemap.theme = theme;
  }

  /** Follow a change of theme, once there is a basemap. */
  function follow(theme) {
    if (basemap) drawBasemap(theme);
  }

  /** Street tiles come from somebody else's server: only by setting or click. */
  function toggleStreets() {
    streets?.remove();
    streets = streets ? null
      : L.tileLayer(style.tiles.url, { maxZoom: 19, zIndex: 2 }).addTo(map);
    giveCredit();
  }

  return { start, drawBasemap, follow, toggleStreets };
})();
