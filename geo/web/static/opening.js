/*
 * Opening: a click on a marker opens an incident, lists several, or comes closer; a link
 * or the table opens an incident from outside the map.
 */
"use strict";

window.incidentOpening = (() => {
  const { popupNode } = window.incidentRecord;
  const { boundsOf } = window.incidentMarkers;
  const { openAt, comeCloser } = window.incidentPopups;
  const { hasView } = window.incidentPage;
  const source = window.incidentSource, panel = window.incidentPanel;
  /** Degrees by which an extent is widened, so that rounding leaves no marker out. */
  const MARGIN = 1e-4;
  /** Room that a popup leaves to what stands at the left and above, and takes below itself. */
  const SIDE_PX = 56, GAP_PX = 12, FOOT_PX = 74;
  /** The id of the open incident, and of the one that was asked for last. */
  let opened = null, wanted = null;
  let map, filter, complain, changed, popup;

  /** Take the map; what gives the filter in force, tells faults, and hears of a change. */
  function start(leafletMap, given) {
    map = leafletMap;
    ({ filter, complain, changed } = given);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (panel.isSheet()) panel.call(null);
      else close();
    });
  }

  /** Open, list, or come closer to what a marker at `at` stands for. */
  function pick(group, place, at) {
    if (group.n === 1) return open(group.id, { at });
    if (place) return list({ place: group.place }, place.label);
    if (comeCloser(map, boundsOf(group.extent))) return undefined;
    const [west, south, east, north] = group.extent;
    const within = [west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN];
    return list({ within: within.map((value) => value.toFixed(5)).join(",") },
      "Several places close together");
  }

  /** List the incidents of one place or extent in the panel; choosing one opens it. */
  async function list(where, heading) {
    const parameters = filter();
    for (const [name, value] of Object.entries(where)) parameters.set(name, value);
    try {
      const { incidents, total } = await source.incidents(parameters);
      panel.showPlace(heading, incidents, total);
    } catch (error) {
      complain("The list could not be loaded", error);
    }
  }

  /**
   * Open one incident: its record in the panel, and in brief on the map where there is
   * room for both.
   *
   * `at` is where, by default its marker's place; `quietly` where Streamlit knows of it
   * already; `autoPan` whether the map may move for the popup.
   */
  async function open(id, { at = null, quietly = false, autoPan = true } = {}) {
    wanted = id;
    try {
      const record = await source.record(id);
      if (wanted !== id) return;
      const isOther = opened !== id;
      opened = id;
      panel.showRecord(record, !quietly);
      showPopup(record, at, autoPan);
      if (!quietly && isOther) changed();
    } catch (error) {
      if (wanted !== id) return;
      if (error.status !== 404) return complain("This incident could not be loaded", error);
      opened = id;
      panel.showMissing();
    }
  }

  function showPopup(record, at, autoPan) {
    map.closePopup();
    if (panel.isSheet() || (!at && record.lat === null)) return;
    const spot = at ?? L.latLng(record.lat, record.lon);
    // Where the map stays as it was shared, half a popup at its edge would say nothing.
    if (!autoPan && !map.getBounds().contains(spot)) return;
    const top = map.getContainer().querySelector(".place-search").getBoundingClientRect().bottom
      - map.getContainer().getBoundingClientRect().top + GAP_PX;
    popup = openAt(map, spot, popupNode(record), { autoPan,
      maxHeight: Math.max(160, Math.min(330, map.getSize().y - top - FOOT_PX)),
      autoPanPaddingTopLeft: [SIDE_PX, top], autoPanPaddingBottomRight: [14, 14] });
  }

  /** Open an incident that a link or the table names, and bring it into sight. */
  async function locate(id, first) {
    wanted = id;
    const record = await source.record(id).catch(() => null);
    if (wanted !== id) return undefined;
    const isShared = first && hasView();
    if (record && record.lat !== null) {
      const at = L.latLng(record.lat, record.lon);
      if (!isShared && (first || !map.getBounds().contains(at))) {
        map.setView(at, Math.max(map.getZoom(), record.zoom), { animate: false });
      }
    }
    // A shared view was noted after the popup had made its room: keep it.
    return open(id, { quietly: true, autoPan: !isShared });
  }

  /** Close what is open, back to what led there, or to the list if that is `wholly`. */
  function close(wholly = false) {
    if (forget()) changed();
    return wholly ? panel.showList() : panel.goBack();
  }

  /** Close what Streamlit has closed. */
  function follow() {
    forget();
    panel.showList();
  }

  /** Have nothing open any more; tell whether something was. */
  function forget() {
    const wasOpen = opened !== null;
    opened = wanted = null;
    if (popup) map.closePopup(popup);
    return wasOpen;
  }

  /** The id of the open incident, or null. */
  const openedId = () => opened;

  return { start, pick, list, open, locate, close, follow, openedId };
})();
