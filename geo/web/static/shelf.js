/*
 * The shelf at the map's edge: what lies somewhere in sight, but too vaguely for a marker
 * at this zoom. A button opens the list of one place; pointing at it shows how far the
 * place may reach. It stands where it covers as little as can be of what is on the ground.
 */
"use strict";

window.incidentShelf = (() => {
  const { make } = window.incidentSymbols;
  const { areaStyle, spotOf } = window.incidentMarkers;
  const { corner } = window.incidentLegend;
  const { copiesOf, middle, around } = window.incidentViews;
  /** Places that are named before the reader asks for the others. */
  const FEW = 3, FEW_ON_A_PHONE = 2, PHONE_PX = 560;
  /** Where it may stand. */
  const CORNERS = ["bottomleft", "bottomright", "topright"];
  const number = (count) => count.toLocaleString("en");
  let map, given, box, control, shown, unfolded = false;
  /** What is drawn while a button is pointed at. */
  let outline = null;

  /**
   * Put an empty shelf on the map. `handlers` are `list(where, heading)` of a place,
   * `outline(number)`, which gives a line or an area as GeoJSON, and `marks()`, which gives
   * the boxes, in pixels of the map, of what stands on the ground.
   */
  function start(leafletMap, handlers) {
    map = leafletMap;
    given = handlers;
    box = make("section", { class: "shelf leaflet-bar", "aria-label": "Known only roughly",
      hidden: "" });
    control = corner(map, CORNERS[0], box);
    L.DomEvent.disableScrollPropagation(box);
  }

  /** Show the places of an answer of the server; `further` are those it does not name. */
  function paint(places, further) {
    const held = document.activeElement?.closest(".shelf button")?.dataset.place;
    hide();
    shown = [places, further];
    box.hidden = !places.length;
    if (box.hidden) return;
    const few = map.getSize().x > PHONE_PX ? FEW : FEW_ON_A_PHONE;
    // One more button says no less than a button that unfolds it.
    const isShort = places.length <= few + 1;
    const named = unfolded || isShort ? places : places.slice(0, few);
    const rest = places.length - named.length;
    const fold = !isShort && make("button", { type: "button", class: "fold",
      "aria-expanded": `${unfolded}`, onclick: turn },
    unfolded ? "Fewer places" : `${number(rest + further.places)} more places`);
    const unnamed = (unfolded || isShort) && further.places > 0 && make("p", { class: "note" },
      `${number(further.places)} more places with ${number(further.n)} incidents. `
        + "Filter to see them.");
    box.replaceChildren(make("div", {}, make("h2", {}, "Known only roughly"),
      make("ul", {}, ...named.map((place) => make("li", {}, buttonOf(place)))),
      fold, unnamed));
    if (held) box.querySelector(`[data-place="${CSS.escape(held)}"]`)?.focus();
  }

  /** Move to the corner where it covers the least of what is on the ground, if any here. */
  function stepAside() {
    // A button that the keyboard is on stays where it is: moved, it would lose it.
    if (box.hidden || box.matches(":focus-within")) return;
    const marks = given.marks(), here = control.getPosition();
    let best = here, least = Infinity;
    for (const position of [here, ...CORNERS.filter((corner) => corner !== here)]) {
      if (position !== control.getPosition()) control.setPosition(position);
      const area = coveredArea(marks);
      if (area < least) [best, least] = [position, area];
      if (!area) break;
    }
    if (best !== control.getPosition()) control.setPosition(best);
  }

  /** How many square pixels of the marks lie below it where it now stands. */
  function coveredArea(marks) {
    const { left, top, right, bottom } = box.getBoundingClientRect();
    const frame = map.getContainer().getBoundingClientRect();
    const shared = (from, to, low, high) => Math.max(0, Math.min(to, high) - Math.max(from, low));
    return marks.reduce((area, { min, max }) => area
      + shared(min.x + frame.left, max.x + frame.left, left, right)
        * shared(min.y + frame.top, max.y + frame.top, top, bottom), 0);
  }

  function turn() {
    unfolded = !unfolded;
    paint(...shown);
    box.querySelector(".fold")?.focus();
  }

  function buttonOf(place) {
    const words = `${place.name}: ${number(place.n)}`;
    const button = make("button", { type: "button", "data-place": place.place, dir: "auto",
      "aria-label": `${words} incident${place.n === 1 ? "" : "s"}. Show the list.`,
      onclick: () => given.list({ place: place.place }, place.label) }, `${place.name}: `,
    make("b", {}, number(place.n)));
    button.addEventListener("mouseenter", () => show(place));
    button.addEventListener("focus", () => show(place));
    button.addEventListener("mouseleave", hide);
    button.addEventListener("blur", hide);
    return button;
  }

  /** Show on the ground how far a place may reach. */
  async function show(place) {
    hide();
    const drawn = L.featureGroup().addTo(map);
    outline = drawn;
    if (!place.area) {
      const [lon, lat] = place.at;
      for (const at of copiesOf(lon)) {
        L.circle([lat, at], { radius: place.radius_m, className: "vague lit",
          interactive: false }).addTo(drawn);
      }
    } else {
      const shape = await given.outline(place.place);
      if (outline !== drawn) return;
      const className = `${areaStyle(place).className} lit`;
      L.geoJSON(shape, { interactive: false, style: { className }, pointToLayer: spotOf,
        coordsToLatLng: around(middle()) }).addTo(drawn);
    }
  }

  function hide() {
    outline?.remove();
    outline = null;
  }

  return { start, paint, stepAside };
})();
