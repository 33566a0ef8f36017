/*
 * A map that stands alone, in a notebook or a file: all that it shows is in the page.
 *
 * folium calls standaloneMap.start(map, token), where the token is JSON in base64, so
 * that no text of a record is ever part of a script. Texts reach the page by
 * textContent only, links only as http(s). Symbols and popups are those of the page.
 */
"use strict";

window.standaloneMap = (() => {
  const { make, sample, miniature, pictureOf } = window.incidentSymbols;
  const { recordNode } = window.incidentRecord;
  /** Markers nearer than this are one, as in the page (CELL_PX and _APART there). */
  const APART_PX = 45;
  /** The closest zoom that a click on several places goes to. */
  const PARTING_ZOOM = 14;
  let map, data, markers, painted;

  function decode(token) {
    const bytes = Uint8Array.from(atob(token), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  /* ---- markers ---- */

  /** The places as they are together at this zoom, the fullest first. */
  function groups() {
    const found = [];
    for (const place of data.places) {
      const at = map.project([place.lat, place.lon]);
      const home = found.find((group) => group.at.distanceTo(at) < APART_PX);
      if (home) home.places.push(place);
      else found.push({ at, places: [place] });
    }
    return found.map(({ places }) => ({ places, incidents: places.flatMap((place) => place.incidents) }));
  }

  /** What a marker's picture shows of incidents, as pictureOf takes it. */
  function lookOf(incidents) {
    const counts = {};
    for (const { category } of incidents) counts[category] = (counts[category] ?? 0) + 1;
    const mix = Object.entries(counts).sort((one, other) => other[1] - one[1]).flat();
    return { n: incidents.length, mix, category: mix[0], look: incidents[0].status };
  }

  /** Draw the markers in and around the view, unless they are drawn. */
  function paint() {
    if (painted?.zoom === map.getZoom() && painted.bounds.contains(map.getBounds())) return;
    painted = { zoom: map.getZoom(), bounds: map.getBounds().pad(0.7) };
    markers.clearLayers();
    for (const { places, incidents } of groups()) {
      const [place] = places;
      if (!painted.bounds.contains([place.lat, place.lon])) continue;
      const look = lookOf(incidents);
      const exact = places.length === 1 && ["venue", "street"].includes(place.precision);
      const { picture, size, anchor } = pictureOf(look, exact);
      const words = places.length > 1 ? `${look.n} incidents at several places; click to come closer.`
        : `${look.n > 1 ? `${look.n} incidents` : data.categories[look.category]?.label ?? ""}. ${place.label}`;
      const marker = L.marker([place.lat, place.lon], { keyboard: true, riseOnHover: true,
        icon: L.divIcon({ html: picture, className: "incident-marker", iconSize: size, iconAnchor: anchor,
          popupAnchor: [0, -size[0] / 2] }) });
      marker.bindTooltip(make("span", {}, words), { direction: "top", offset: [0, -12] });
      marker.on("click keypress", (event) => {
        if (event.type === "keypress" && event.originalEvent.key !== "Enter") return;
        pick(places, incidents);
      });
      markers.addLayer(marker);
      marker.getElement().setAttribute("aria-label", words);
      if (places.length === 1 && !place.geometry && place.radius_m > 0) {
        markers.addLayer(L.circle([place.lat, place.lon], { radius: place.radius_m, className: "vague", interactive: false }));
      }
    }
  }

  /** Lines and areas are drawn once, whatever the zoom. */
  function drawAreas() {
    for (const { geometry, precision } of data.places) {
      const className = precision === "line" ? "vague line" : "vague area";
      if (geometry) L.geoJSON(geometry, { interactive: false, style: { className } }).addTo(map);
    }
  }

  /* ---- opening ---- */

  function pick(places, incidents) {
    const at = L.latLng(places[0].lat, places[0].lon);
    if (incidents.length === 1) return open(incidents[0], at);
    const zoom = Math.floor(map.getBoundsZoom(boundsOf(places).pad(0.3)));
    if (places.length > 1 && zoom <= PARTING_ZOOM && zoom > map.getZoom()) {
      return map.setView(boundsOf(places).getCenter(), zoom);
    }
    const items = incidents.map((record) => make("li", {},
      make("button", { type: "button", class: "choice", onclick: () => open(record, at) }, miniature(record),
        make("span", {}, make("b", {}, record.title), make("small", {}, `${record.words.date}. ${record.words.claim}`)))));
    const heading = places.length > 1 ? "Several places close together" : places[0].label;
    return show(at, make("div", {}, make("h3", {}, heading),
      make("p", { class: "note" }, `${items.length} incidents. Choose one to read it.`), make("ul", {}, ...items)));
  }

  const boundsOf = (places) => L.latLngBounds(places.map(({ lat, lon }) => [lat, lon]));

  const open = (record, at) => show(at, recordNode(record, data.categories[record.category]));

  function show(at, content) {
    L.popup({ maxWidth: Math.min(340, map.getSize().x - 96), minWidth: 220,
      maxHeight: Math.max(160, map.getSize().y - 130), className: "record" })
      .setLatLng(at).setContent(content).openOn(map);
  }

  /* ---- legend, credit ---- */

  function legend() {
    const line = (picture, text, count = "") => make("li", {}, picture, make("span", {}, text), make("b", {}, `${count}`));
    const number = (test) => data.incidents.filter(test).length;
    const lines = Object.entries(data.categories).map(([id, { label }]) =>
      [number((record) => record.category === id), sample(id, "reported"), label]);
    const unplaced = number((record) => record.at === null);
    const box = make("details", { class: "legend leaflet-bar" }, make("summary", {}, "Legend"),
      make("div", { class: "body" },
        make("ul", {}, ...lines.filter(([count]) => count).map(([count, picture, label]) => line(picture, label, count))),
        make("h4", {}, "How sure"),
        make("ul", {}, ...data.looks.map(([look, text]) => line(sample(null, look), text))),
        make("h4", {}, "How exact"),
        make("ul", {}, line(make("i", { class: "key stem" }), "On a stem: at a venue or in a street"),
          line(make("i", { class: "key disc" }), "Disc or area: somewhere inside it")),
        make("p", { class: "note" }, !data.incidents.length ? "No incident matches the filters."
          : unplaced ? `${unplaced} more without a place on the map.` : "")));
    box.querySelector(".body").style.maxHeight = `${Math.max(80, map.getSize().y - 90)}px`;
    box.open = map.getSize().x > 560;
    return box;
  }

  /** Put a box into a corner; a credit given to Leaflet would be read as HTML. */
  function corner(position, box) {
    L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);
    new (L.Control.extend({ options: { position }, onAdd: () => box }))().addTo(map);
  }

  function start(leafletMap, token) {
    map = leafletMap;
    data = decode(token);
    window.incidentSymbols.use(data.categories);
    for (const place of data.places) place.incidents = [];
    for (const record of data.incidents) data.places[record.at]?.incidents.push(record);
    data.places.sort((one, other) => other.incidents.length - one.incidents.length);
    map.attributionControl.remove();
    corner("bottomright", make("div", { class: "leaflet-control-attribution" }, data.credit));
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    const box = legend();
    corner("bottomleft", box);
    const [west, south, east, north] = data.extent ?? [-20, 30, 60, 62];
    // As in the page: the open legend hides no marker.
    map.fitBounds([[south, west], [north, east]], { maxZoom: PARTING_ZOOM, animate: false,
      paddingTopLeft: [box.open ? Math.min(box.offsetWidth + 16, map.getSize().x * 0.45) : 24, 24], paddingBottomRight: [34, 34] });
    drawAreas();
    markers = L.featureGroup().addTo(map);
    map.on("moveend", paint);
    paint();
    document.body.dataset.painted = `${data.incidents.length}`;
  }

  return { start };
})();
