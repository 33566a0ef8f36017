/*
 * Searching a place: a box on the map, whose answers come from our own server
 * (geo/web/place_search.py). A place is asked for when the reader sends it, not letter by
 * letter.
 */
"use strict";

window.incidentPlaceSearch = (() => {
  const { make } = window.incidentSymbols;
  const { corner } = window.incidentLegend;
  const { copiesOf, fit } = window.incidentViews;
  let map, field, results, mark, request = 0;

  function start(leafletMap) {
    map = leafletMap;
    field = make("input", { type: "search", placeholder: "Search a place",
      "aria-label": "Search a place", autocomplete: "off", maxlength: 200, dir: "auto" });
    results = make("div", { class: "results", role: "status", hidden: "" });
    const form = make("form", { class: "place-search leaflet-bar", role: "search" }, field,
      make("button", { type: "submit" }, "Search"), results);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      look(field.value.trim());
    });
    // The cross of the field, or deleting all of it, also takes the mark away.
    field.addEventListener("input", () => {
      if (!field.value) clear();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || (results.hidden && !field.value)) return;
      // Here Escape leaves the search, and not what is open beside the map.
      event.stopPropagation();
      field.value = "";
      clear();
      field.focus();
    });
    corner(map, "topleft", form);
    L.DomEvent.disableScrollPropagation(form);
  }

  function clear() {
    request += 1;
    mark?.remove();
    mark = null;
    results.hidden = true;
    results.replaceChildren();
  }

  function say(...nodes) {
    results.replaceChildren(...nodes);
    results.hidden = false;
  }

  async function look(name) {
    clear();
    if (!name) return;
    const asked = request;
    say(make("p", {}, "Searching …"));
    try {
      const { places } = await window.incidentSource.search(name);
      if (asked !== request) return;
      if (places.length === 1) return go(places[0]);
      if (!places.length) return say(make("p", {}, `No place called “${name}” is known here.`));
      say(make("p", {}, `${places.length} places have this name.`),
        make("ul", {}, ...places.map((place) => make("li", {},
          make("button", { type: "button", dir: "auto", onclick: () => go(place) },
            place.name, make("small", {}, place.line))))));
    } catch (error) {
      if (asked === request) say(make("p", {}, `The search failed (${error.message}).`));
    }
  }

  /** Go to a place and mark it: its disc, and a ring in its middle. */
  function go(place) {
    mark?.remove();
    fit(place.extent, undefined, true);
    mark = L.featureGroup().addTo(map);
    for (const lon of copiesOf(place.lon)) {
      L.circle([place.lat, lon], { radius: place.radius_m, className: "searched",
        interactive: false }).addTo(mark);
      L.circleMarker([place.lat, lon], { radius: 9, className: "searched spot",
        interactive: false }).addTo(mark);
    }
    say(make("p", {}, make("b", { dir: "auto" }, place.name), ` ${place.line}`));
  }

  return { start };
})();
