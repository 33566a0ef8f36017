/*
 * A map that stands alone, in a notebook or a file: all that it shows is in the page.
 *
 * folium calls standaloneMap.start(map, token), where the token is JSON in base64, so
 * that no text of a record is ever part of a script. Texts reach the page by
 * textContent only, links only as http(s). Symbols, markers, legend and popups are those
 * of the page.
 */
"use strict";

window.standaloneMap = (() => {
  const { make, use } = window.incidentSymbols;
  const { briefNode } = window.incidentRecord;
  const { boundsOf, markerOf, discOf, areaStyle, spotOf } = window.incidentMarkers;
  const { listNode, openAt, comeCloser, PARTING_ZOOM } = window.incidentPopups;
  const { addLegend, corner, roomBeside } = window.incidentLegend;
  /** Markers nearer than this are one, as in the page (CELL_PX and _APART there). */
  const APART_PX = 45;
  let map, data, markers, painted;

  function decode(token) {
    const bytes = Uint8Array.from(atob(token), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  /** How many incidents there are of each category. */
  function countsOf(incidents) {
    const counts = {};
    for (const { category } of incidents) counts[category] = (counts[category] ?? 0) + 1;
    return counts;
  }

  /* ---- markers ---- */

  /** The places as they are together at this zoom, the fullest first. */
  function clusters() {
    const made = [];
    for (const place of data.places) {
      const at = map.project([place.lat, place.lon]);
      const near = made.find((cluster) => cluster.at.distanceTo(at) < APART_PX);
      if (near) near.places.push(place);
      else made.push({ at, places: [place] });
    }
    return made.map(({ places }) => places);
  }

  /** What a marker stands for, as markerOf takes it. */
  function groupOf(places, incidents) {
    const mix = Object.entries(countsOf(incidents)).sort((one, other) => other[1] - one[1]);
    return { n: incidents.length, mix: mix.flat(), look: incidents[0].status,
      lon: places[0].lon, lat: places[0].lat };
  }

  /** Draw the markers in and around the view, unless they are drawn. */
  function paint() {
    if (painted?.zoom === map.getZoom() && painted.bounds.contains(map.getBounds())) return;
    painted = { zoom: map.getZoom(), bounds: map.getBounds().pad(0.7) };
    markers.clearLayers();
    for (const places of clusters()) {
      if (!painted.bounds.contains([places[0].lat, places[0].lon])) continue;
      const incidents = places.flatMap((place) => place.incidents);
      const group = groupOf(places, incidents);
      const place = places.length === 1 ? places[0] : null;
      markers.addLayer(markerOf(group, place, () => pick(places, incidents)));
      const disc = discOf(group, place);
      if (disc) markers.addLayer(disc);
    }
  }

  /** Lines and areas are drawn once, whatever the zoom. */
  function drawAreas() {
    for (const place of data.places) {
      if (!place.area) continue;
      L.geoJSON(place.geometry, { interactive: false, style: areaStyle(place),
        pointToLayer: spotOf }).addTo(map);
    }
  }

  /* ---- opening ---- */

  function pick(places, incidents) {
    const at = L.latLng(places[0].lat, places[0].lon);
    const open = (record) => openAt(map, at, briefNode(record));
    if (incidents.length === 1) return open(incidents[0]);
    const bounds = L.latLngBounds(places.map(({ lat, lon }) => [lat, lon]));
    if (places.length > 1 && comeCloser(map, bounds)) return undefined;
    const heading = places.length > 1 ? "Several places close together" : places[0].label;
    return openAt(map, at, listNode(heading, incidents, incidents.length, open));
  }

  /* ---- legend ---- */

  function paintLegend(legend) {
    const unplaced = data.incidents.filter((record) => record.at === null).length;
    const elsewhere = unplaced ? `${unplaced} more without a place on the map.` : "";
    const note = data.incidents.length ? elsewhere : "No incident matches the filters.";
    const counts = countsOf(data.incidents);
    window.incidentLegend.paint(map, legend, { ...data, counts, note });
  }

  function start(leafletMap, token) {
    map = leafletMap;
    data = decode(token);
    use(data.categories);
    for (const place of data.places) place.incidents = [];
    for (const record of data.incidents) data.places[record.at]?.incidents.push(record);
    data.places.sort((one, other) => other.incidents.length - one.incidents.length);
    map.attributionControl.remove();
    corner(map, "bottomright",
      make("div", { class: "leaflet-control-attribution" }, data.credit));
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    const legend = addLegend(map);
    paintLegend(legend);
    // As in the page: the open legend hides no marker.
    map.fitBounds(boundsOf(data.extent), { maxZoom: PARTING_ZOOM, animate: false,
      paddingTopLeft: [roomBeside(map, legend), 24], paddingBottomRight: [34, 34] });
    drawAreas();
    markers = L.featureGroup().addTo(map);
    map.on("moveend", paint);
    paint();
    document.body.dataset.painted = `${data.incidents.length}`;
  }

  return { start };
})();
