/*
 * The legend: categories with their counts, how sure, how exact. And the corners of the
 * map, where boxes of ours stand.
 */
"use strict";

window.incidentLegend = (() => {
  const { make, sample, labelOf } = window.incidentSymbols;
  /** Pixels of width below which the legend is closed, or steps aside for a popup. */
  const PHONE_PX = 560, NARROW_PX = 900;

  /** Put a box into a corner; a credit handed to Leaflet would be read as HTML. */
  function corner(map, position, box) {
    L.DomEvent.disableClickPropagation(box);
    return new (L.Control.extend({ options: { position }, onAdd: () => box }))().addTo(map);
  }

  /** Put an empty legend on the map; open where there is room for it. */
  function addLegend(map) {
    const box = make("details", { class: "legend leaflet-bar" },
      make("summary", {}, "Legend"), make("div", { class: "body" }));
    box.open = map.getSize().x > PHONE_PX;
    corner(map, "bottomleft", box);
    L.DomEvent.disableScrollPropagation(box);
    // A popup needs the room: the open legend steps aside for it on a narrow map.
    let aside = false;
    map.on("popupopen", () => {
      if (!box.open || map.getSize().x >= NARROW_PX) return;
      box.open = false;
      aside = true;
    });
    map.on("popupclose", () => {
      if (aside) box.open = true;
      aside = false;
    });
    return box;
  }

  function line(picture, text, count = "") {
    return make("li", {}, picture, make("span", {}, text), make("b", {}, `${count}`));
  }

  /** What tells how exactly a place is known; before it, how sure a report of it is. */
  function keyOfExactness(looks = []) {
    return make("ul", {}, ...looks.map(([look, text]) => line(sample(null, look), text)),
      line(make("i", { class: "key stem" }), "On a stem: at a venue or in a street"),
      line(make("i", { class: "key disc" }), "Disc or area: somewhere inside it"),
      line(make("i", { class: "key dots" }), "Ring of dots: nobody said how exact it is"),
      line(make("i", { class: "key number" }, "2"), "A number counts the incidents there"));
  }

  /** Fill a legend: categories that have incidents, by the vocabulary's order. */
  function paint(map, box, { categories, looks, counts, note }) {
    const body = box.querySelector(".body");
    body.style.maxHeight = `${Math.max(80, map.getSize().y - 130)}px`;
    body.replaceChildren(
      make("ul", {}, ...Object.keys(categories).filter((id) => counts[id])
        .map((id) => line(sample(id, "reported"), labelOf(id), counts[id]))),
      make("h4", {}, "How sure"),
      make("ul", {}, ...looks.map(([look, text]) => line(sample(null, look), text))),
      make("h4", {}, "How exact"),
      keyOfExactness(),
      note ? make("p", { class: "note" }, note) : "");
  }

  /** Room to leave when fitting, so that the open legend hides no marker. */
  function roomBeside(map, box) {
    const { x } = map.getSize();
    const isBeside = box.open && x > PHONE_PX;
    return isBeside ? Math.min(box.offsetWidth + 16, x * 0.45) : 24;
  }

  return { addLegend, corner, keyOfExactness, paint, roomBeside };
})();
