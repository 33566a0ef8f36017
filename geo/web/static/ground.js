/*
 * The ground below the markers: coasts, borders, waters and names from vector tiles of
 * our own server, streets where the newsroom brought an extract, street tiles of others
 * where the deployment or the reader turns them on, and the credit of all.
 *
 * It is drawn on two sheets as large as the view and a little more, one below all else
 * and one for the names, so that there are no seams between tiles, also between two
 * zooms. Markers come first: whatever is drawn here waits until they are painted.
 */
"use strict";

window.incidentGround = (() => {
  const { make } = window.incidentSymbols;
  const { corner } = window.incidentLegend;
  const { TileFile } = window.groundTiles;
  const { COLORS, paintRules, writeNames } = window.groundLook;
  /** How much of the view's size is drawn beyond each of its sides. */
  const BEYOND = 0.2;
  /** Milliseconds to wait for the markers, and after them, before drawing. */
  const MARKERS_MS = 600, AFTER_MS = 30;
  /** An extract is drawn from this zoom of the map on: before, it is only a patch. */
  const STREETS_FROM = 9;
  /** More pixels of the screen to one of the page are not worth their time. */
  const MOST_DENSE = 2;
  let map, style, credits, tiles, theme, sheets, files, drawn, waiting;

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
    const { attribution, streets } = style.ground;
    const names = [attribution, drawn?.withStreets ? streets.attribution : "",
      tiles ? style.tiles.attribution : "", style.credit];
    credits.textContent = [...new Set(names.filter(Boolean))].join(", ");
  }

  /** Street tiles come from somebody else's server: only by setting or click. */
  function toggleStreets() {
    tiles?.remove();
    tiles = tiles ? null
      : L.tileLayer(style.tiles.url, { maxZoom: 19, zIndex: 2 }).addTo(map);
    giveCredit();
    if (sheets) soon();
  }

  /* ---- when ---- */

  /** Draw the ground of a theme, for good. The library comes now, when markers are there. */
  async function drawBasemap(named) {
    theme = named;
    if (sheets) return soon();
    sheets = { ground: sheet("tilePane", 1), names: sheet("groundNames") };
    await loadLibrary(style.ground.drawing);
    const { world, streets } = style.ground;
    files = new Map([["", new TileFile(world)]]);
    if (streets) files.set("streets", new TileFile(streets));
    map.on("moveend", () => soon(MARKERS_MS));
    map.on("move", () => {
      if (drawn && !drawn.box.contains(map.getPixelBounds()) && !map._animatingZoom) soon(0);
    });
    window.addEventListener("incidents-painted", afterMarkers);
    return draw();
  }

  /** Load what draws: from an address, or among the data files of a site. */
  function loadLibrary(address) {
    const [, name] = /^data:(\w+)$/.exec(address) ?? [];
    if (name) return window.incidentFiles.run(name);
    const script = make("script", { src: address });
    const loaded = new Promise((done, failed) => {
      script.onload = done;
      script.onerror = () => failed(new Error("The ground could not be loaded."));
    });
    document.head.append(script);
    return loaded;
  }

  /** Follow a change of theme, once there is a ground. */
  function follow(named) {
    if (sheets) drawBasemap(named);
  }

  /** Draw once the screen shows the markers, for which this would take the time of a frame. */
  function afterMarkers() {
    requestAnimationFrame(() => requestAnimationFrame(() => soon()));
  }

  /** Draw in a moment; the last to say so decides when. */
  function soon(wait = AFTER_MS) {
    clearTimeout(waiting);
    waiting = setTimeout(draw, wait);
  }

  /* ---- what ---- */

  /** A canvas that Leaflet moves and enlarges with the map, like a picture. */
  function sheet(pane, zIndex = "") {
    if (!map.getPane(pane)) {
      // Names are above the discs of vague places and below the markers.
      Object.assign(map.createPane(pane).style, { zIndex: 450, pointerEvents: "none" });
    }
    const canvas = make("canvas", { class: "ground-sheet", "aria-hidden": "true" });
    canvas.style.zIndex = zIndex;
    return { canvas, layer: L.svgOverlay(canvas, map.getBounds(), { pane, interactive: false }) };
  }

  /** The view and a little more, in whole pixels of the map at its zoom. */
  function boxOf(zoom) {
    const { min, max } = map.getPixelBounds(), beyond = map.getSize().multiplyBy(BEYOND);
    const world = 256 * 2 ** zoom, within = (y) => Math.min(Math.max(y, 0), world);
    const low = min.subtract(beyond).round(), high = max.add(beyond).round();
    return L.bounds([low.x, within(low.y)], [high.x, within(high.y)]);
  }

  /** Draw what the map shows, when all its tiles are there; a newer call takes over. */
  let turn = 0;
  async function draw() {
    if (!files) return;
    turn += 1;
    const mine = turn, zoom = map.getZoom(), box = boxOf(zoom);
    const withStreets = showsStreets(zoom);
    const asked = [...files].filter(([name]) => !name || withStreets);
    const got = new Map(await Promise.all(asked.map(async ([name, file]) =>
      [name, await file.within(box, zoom)])));
    if (mine !== turn || map.getZoom() !== zoom) return;
    const before = drawn;
    drawn = { box, zoom, withStreets, theme };
    // A filter moves the names out of the markers' way, and leaves the ground as it is.
    if (!isSame(before, drawn)) paint(got, box, zoom, withStreets);
    write(got, box, zoom, withStreets);
    if (before?.withStreets !== withStreets) giveCredit();
    document.body.dataset.ground = theme;
    window.dispatchEvent(new CustomEvent("ground-painted"));
  }

  const isSame = (before, now) => before?.box.equals(now.box) && before.zoom === now.zoom
    && before.withStreets === now.withStreets && before.theme === now.theme;

  /** Whether the newsroom's streets lie in the view, and are to be seen there. */
  function showsStreets(zoom) {
    const streets = files.get("streets");
    if (!streets || zoom < Math.max(STREETS_FROM, streets.first + 1)) return false;
    return boundsOf(streets).intersects(map.getBounds());
  }

  const boundsOf = ({ bounds: [west, south, east, north] }) =>
    L.latLngBounds([south, west], [north, east]);

  function paint(got, box, zoom, withStreets) {
    const corner = box.min, size = box.getSize();
    const bounds = L.latLngBounds(map.unproject(box.min, zoom), map.unproject(box.max, zoom));
    const seen = { minX: corner.x, minY: corner.y, maxX: box.max.x, maxY: box.max.y };
    const rules = paintRules(theme, zoom, withStreets);
    const ctx = contextOf(sheets.ground, size, bounds);
    // Where an extract lacks a tile, a part of a coarser one is drawn, below the rest.
    for (const [name, tiles] of got) {
      for (const tile of tiles.filter(({ isCut }) => isCut)) {
        protomapsL.paint(ctx, zoom, new Map([[name, [tile]]]), null, rules, tile.place, corner, true);
      }
    }
    const exact = new Map([...got].map(([name, tiles]) =>
      [name, tiles.filter(({ isCut }) => !isCut)]));
    protomapsL.paint(ctx, zoom, exact, null, rules, seen, corner, false);
  }

  /** Write the names over the ground, where no marker and no control stands. */
  function write(got, box, zoom, withStreets) {
    const corner = box.min, size = box.getSize();
    const bounds = L.latLngBounds(map.unproject(box.min, zoom), map.unproject(box.max, zoom));
    const covered = withStreets ? (x, y) =>
      boundsOf(files.get("streets")).contains(map.unproject([corner.x + x, corner.y + y], zoom)) : null;
    const family = getComputedStyle(map.getContainer()).fontFamily;
    writeNames(contextOf(sheets.names, size, bounds),
      { files: got, box, zoom, theme, family, covered, taken: takenFrom(corner) });
  }

  /** A sheet of a size, empty, at its place on the map. */
  function contextOf({ canvas, layer }, size, bounds) {
    const dense = Math.min(window.devicePixelRatio, MOST_DENSE);
    canvas.width = Math.round(size.x * dense);
    canvas.height = Math.round(size.y * dense);
    layer.setBounds(bounds);
    if (!map.hasLayer(layer)) layer.addTo(map);
    const ctx = canvas.getContext("2d");
    ctx.scale(dense, dense);
    return ctx;
  }

  /** Where markers and controls stand, in pixels from the sheet's corner, with half their sizes. */
  function takenFrom(corner) {
    const frame = map.getContainer().getBoundingClientRect();
    const shift = map.getPixelBounds().min.subtract(corner);
    const boxes = map.getContainer().querySelectorAll(".leaflet-marker-pane > *, .leaflet-control");
    return [...boxes].map((box) => {
      const { left, top, width, height } = box.getBoundingClientRect();
      return { x: left - frame.left + width / 2 + shift.x, y: top - frame.top + height / 2 + shift.y,
        halfWidth: width / 2, halfHeight: height / 2 };
    });
  }

  return { start, drawBasemap, follow, toggleStreets };
})();
