/*
 * The map beside a story (walk.js): it shows what the fragment of its address asks for,
 * and follows when that changes.
 *
 * The fragment has `walk`, filters and `view` as the map's own address writes them, the
 * incidents to be lit as `lit`, one to be opened as `incident`, and `turn`, a number that
 * makes each one new. The page around changes it, which a frame's parent may do whatever
 * their origins are, files on a disk included. So nothing is sent that would have to be
 * asked where it comes from, and whoever shows this map can ask for no more than a link can.
 */
"use strict";

window.incidentWalk = (() => {
  const { make } = window.incidentSymbols;
  const { markerOf } = window.incidentMarkers;
  const source = window.incidentSource;
  const note = make("p", { class: "unlit", role: "status", hidden: "" });
  /** Incidents whose points are closer than so many pixels share a marker. */
  const APART_PX = 34;
  let drawn = null, turn = 0, unplaced = 0;

  /** Show what the address asks for; a newer call takes over. */
  async function follow() {
    turn += 1;
    const mine = turn, page = window.incidentPage, layer = window.incidentLayer;
    const asked = page.asked();
    const shown = page.show(page.read());
    // One that is not there any more has nothing to be lit; its words stay in the text.
    const answers = await Promise.allSettled(asked.getAll("lit").map((id) => source.record(id)));
    await shown;
    if (mine !== turn) return;
    const records = answers.flatMap(({ value }) => value ?? []);
    const placed = records.filter(({ lat }) => lat !== null);
    if (!asked.has("incident")) {
      window.incidentPanel.showList();
      if (asked.has("view") || !placed.length) await layer.showFirst();
      else bring(placed);
    }
    if (mine !== turn) return;
    unplaced = records.length - placed.length;
    light(placed, layer.map());
    document.body.dataset.lit = placed.map(({ id }) => id).join(" ");
  }

  /** Bring incidents into sight, no closer than the vaguest of their places is known. */
  function bring(placed) {
    const lons = placed.map(({ lon }) => lon), lats = placed.map(({ lat }) => lat);
    const extent = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
    window.incidentViews.fit(extent, Math.min(...placed.map(({ zoom }) => zoom)), true);
  }

  /** Draw incidents above all others and the others paler, anew for each zoom. */
  function light(placed, map) {
    drawn?.remove();
    drawn = L.featureGroup();
    const paint = () => paintAll(placed, map);
    drawn.on("add", () => map.on("zoomend", paint));
    drawn.on("remove", () => map.off("zoomend", paint));
    drawn.addTo(map);
    document.documentElement.dataset.lit = placed.length ? "yes" : "no";
    paint();
  }

  /** As all markers do, one leaves the ground where the view is too close for its place. */
  function paintAll(placed, map) {
    drawn.clearLayers();
    const zoom = Math.round(map.getZoom());
    const stand = placed.filter(({ deepest }) => deepest >= zoom);
    tellUnlit(placed.length - stand.length, map);
    for (const records of heapsOf(stand, map)) {
      const group = groupOf(records);
      for (const lon of window.incidentViews.copiesOf(group.lon)) {
        const marker = markerOf({ ...group, lon }, placeOf(records), () => open(records));
        drawn.addLayer(marker);
        marker.getElement().classList.add("named");
      }
    }
  }

  /** Records in heaps that do not touch; of each, the one of the vaguest place is first. */
  function heapsOf(placed, map) {
    const heaps = [];
    for (const record of [...placed].sort((one, other) => one.zoom - other.zoom)) {
      const at = map.latLngToLayerPoint([record.lat, record.lon]);
      const near = heaps.find((heap) => heap.at.distanceTo(at) < APART_PX);
      if (near) near.records.push(record);
      else heaps.push({ at, records: [record] });
    }
    return heaps.map(({ records }) => records);
  }

  /** Say of how many that the text names there is no marker, and why. */
  function tellUnlit(vague, map) {
    const one = (count, singular, plural) => (count === 1 ? singular : plural);
    const words = [unplaced && `${unplaced} named in the text `
      + `${one(unplaced, "has", "have")} no place on the map.`,
    vague && `${vague} named in the text ${one(vague, "is", "are")} known too roughly to be `
      + "marked this close."];
    map.getContainer().append(note);
    note.textContent = words.filter(Boolean).join(" ");
    note.hidden = !note.textContent;
  }

  /** What a marker of some records stands for, as markers.js takes it, and where. */
  function groupOf([first, ...others]) {
    const counts = new Map();
    for (const { category } of [first, ...others]) {
      counts.set(category, (counts.get(category) ?? 0) + 1);
    }
    const mix = [...counts].sort((one, other) => other[1] - one[1]).flat();
    const { lon, lat, status: look } = first;
    return { n: 1 + others.length, lon, lat, mix, look };
  }

  /** The place where they are marked, in words that say of one who alleges it and who denies it. */
  function placeOf([first, ...others]) {
    const { title, line, precision, radius_m } = first;
    const label = others.length ? "Named in the text" : `${title}. ${line}`;
    return { label, precision, radius_m, area: false };
  }

  /** Open a record, or list several. */
  function open(records) {
    if (records.length === 1) return window.incidentOpening.open(records[0].id);
    return window.incidentPanel.showPlace("Named in the text", records, records.length);
  }

  return { follow };
})();
