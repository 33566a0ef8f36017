/*
 * Opening: a click on a marker opens an incident, lists several, or comes closer; a link
 * or the table opens an incident from outside the map.
 */
"use strict";

window.incidentOpening = (() => {
  const { recordNode } = window.incidentRecord;
  const { boundsOf } = window.incidentMarkers;
  const { listNode, openAt, comeCloser } = window.incidentPopups;
  const { roomBeside } = window.incidentLegend;
  const { tell, hasView } = window.incidentPage;
  const source = window.incidentSource;
  /** Degrees by which an extent is widened, so that rounding leaves no marker out. */
  const MARGIN = 1e-4;
  /** The id of the incident that is open, as far as Streamlit knows. */
  let opened = null;
  let map, legend, filter, complain, popup;

  /** Take the map, its legend, what gives the filter in force, and what tells faults. */
  function start(leafletMap, given) {
    map = leafletMap;
    ({ legend, filter, complain } = given);
  }

  /** Open, list, or come closer to what a marker at `at` stands for. */
  function pick(group, place, at) {
    if (group.n === 1) return open(group.id, at);
    if (place) return list({ place: group.place }, place.label, at);
    if (comeCloser(map, boundsOf(group.extent))) return undefined;
    const [west, south, east, north] = group.extent;
    const within = [west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN];
    return list({ within: within.map((value) => value.toFixed(5)).join(",") },
      "Several places close together", at);
  }

  function showPopup(at, content, autoPan = true) {
    popup = openAt(map, at, content, { autoPan,
      maxHeight: Math.max(160, Math.min(330, map.getSize().y - 130)),
      autoPanPaddingTopLeft: [roomBeside(map, legend), 56],
      autoPanPaddingBottomRight: [14, 14] });
  }

  /** List the incidents of one place or extent; choosing one opens it. */
  async function list(where, heading, at) {
    const parameters = filter();
    for (const [name, value] of Object.entries(where)) parameters.set(name, value);
    try {
      const { incidents, total } = await source.incidents(parameters);
      showPopup(at, listNode(heading, incidents, total, ({ id }) => open(id, at)));
    } catch (error) {
      complain("The list could not be loaded", error);
    }
  }

  /** Open one incident: its popup here, its record panel beside the map. */
  async function open(id, at, quietly = false, autoPan = true) {
    try {
      const record = await source.record(id);
      showPopup(at ?? L.latLng(record.lat, record.lon), recordNode(record), autoPan);
      if (quietly || opened === id) return;
      opened = id;
      tell("open", { id });
    } catch (error) {
      complain("This incident could not be loaded", error);
    }
  }

  /** Hear which incident Streamlit has open; tell whether it is another than here. */
  function isNews(id) {
    const news = Boolean(id) && id !== opened;
    opened = id;
    return news;
  }

  /** Bring an incident opened elsewhere (a link, the table) into sight. */
  async function locate(id, first) {
    const record = await source.record(id).catch(() => null);
    if (!record || record.lat === null) return;
    const at = L.latLng(record.lat, record.lon);
    const isShared = first && hasView();
    if (!isShared && (first || !map.getBounds().contains(at))) {
      map.setView(at, Math.max(map.getZoom(), record.zoom), { animate: false });
    }
    // A shared view was noted after the popup had made its room: keep it.
    open(id, at, true, !isShared);
  }

  /** Close the popup, as the record beside the map was closed. */
  function close() {
    if (popup) map.closePopup(popup);
  }

  return { start, pick, list, isNews, locate, close };
})();
