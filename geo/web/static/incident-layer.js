/*
 * The incident layer: draws what our own server says the viewport shows.
 *
 * folium builds the map once and calls incidentLayer.start(map). Streamlit changes
 * what is shown through incidentLayer.show(token), where the token is hex-encoded
 * JSON, so that no text of a record or a filter is ever part of a script. All else
 * is fetched: markers for the viewport, texts when one is opened.
 *
 * Texts reach the page by textContent only, links only as http(s). Leaflet writes a
 * string that it is handed as HTML (popups, tooltips, icons, attributions): it is handed
 * elements, and its attribution control is replaced by one of ours.
 */
"use strict";

window.incidentLayer = (() => {
  const { make, sample, miniature, pictureOf } = window.incidentSymbols;
  const { recordNode } = window.incidentRecord;
  /** The closest zoom that a click on several places goes to. */
  const PARTING_ZOOM = 14;
  const state = { query: "", incident: null, theme: "", shown: false, window: null };
  let map, markers, areas, popup, style, basemap, tiles, status, legend, credits, request, painted;

  /* ---- small tools ---- */

  async function ask(path, parameters, signal) {
    const query = new URLSearchParams(parameters).toString();
    const answer = await fetch(query ? `${path}?${query}` : path, { signal });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.detail || answer.statusText);
    return body;
  }

  /** The filter now in force: the reader's, with the dates of a moving window. */
  function filter() {
    const parameters = new URLSearchParams(state.query);
    if (state.window) {
      parameters.set("from", state.window.from);
      parameters.set("to", state.window.to);
    }
    return parameters;
  }

  /**
   * Tell Streamlit what the reader did. The count makes each message new.
   *
   * streamlit-folium tells it of every click on a layer as well, a quarter of a second
   * later, and Streamlit may then never hear of the first message. So it is made to
   * believe that it has told ours already.
   */
  let told = 0;
  function tell(action, properties = {}) {
    told += 1;
    const feature = { type: "Feature", id: properties.id ?? null, geometry: null,
      properties: { action, told, ...properties } };
    const value = { last_active_drawing: feature };
    Object.assign(window.__GLOBAL_DATA__ ?? {}, value, { previous_data: value });
    window.Streamlit.setComponentValue(value);
  }

  /* ---- markers ---- */

  /**
   * A marker that is no layer of the browser's own: Leaflet places with translate3d, and
   * a hundred layers take longer to put together than all the rest of a frame.
   */
  const Flat = L.Marker.extend({
    _setPos(at) {
      L.Marker.prototype._setPos.call(this, at);
      this._icon.style.transform = `translate(${at.x}px,${at.y}px)`;
    },
  });

  /** A marker's picture for Leaflet; it stands on a stem where its place is exact. */
  function icon(group, place) {
    const exact = place && (place.precision === "venue" || place.precision === "street");
    const { picture, size, anchor } = pictureOf(group, exact);
    return L.divIcon({ html: picture, className: "incident-marker", iconSize: size, iconAnchor: anchor,
      popupAnchor: [0, -size[0] / 2] });
  }

  /** The categories of a marker in words: "9 Mural or graffiti, 8 Politics". */
  function mixWords(group) {
    const words = [];
    for (let i = 0; i < group.mix.length; i += 2) {
      words.push(`${style.categories[group.mix[i]]?.label ?? group.mix[i]} ${group.mix[i + 1]}`);
    }
    return words.join(", ");
  }

  function label(group, place) {
    if (group.n === 1) return `${style.categories[group.category]?.label ?? ""}. ${place.label}`;
    const where = place ? `${place.label}.` : "Several places; click to come closer.";
    return `${group.n} incidents. ${where} ${mixWords(group)}`;
  }

  /** Replace what is drawn by an answer of the server. */
  function paint(view) {
    markers.clearLayers();
    const seen = new Set();
    for (const [lon, lat, n, no, id, mix, status_, plan, extent] of view.groups) {
      const group = { n, id, mix, category: mix[0], look: plan ? "plan" : status_ || "reported" };
      const place = no === null ? null : view.places[no];
      const marker = new Flat([lat, lon], { icon: icon(group, place), keyboard: true,
        alt: label(group, place), riseOnHover: true });
      marker.bindTooltip(make("span", {}, label(group, place)), { direction: "top", offset: [0, -12] });
      marker.on("click keypress", (event) => {
        if (event.type === "keypress" && event.originalEvent.key !== "Enter") return;
        pick(group, place, no, extent, marker.getLatLng());
      });
      markers.addLayer(marker);
      if (place && !place.area && place.radius_m > 0) {
        const disc = L.circle([lat, lon], { radius: place.radius_m, className: "vague", interactive: false });
        markers.addLayer(disc);
      }
    }
    for (const [no, place] of Object.entries(view.places)) {
      if (!place.area) continue;
      seen.add(no);
      showArea(no, place);
    }
    for (const [no, layer] of areas) {
      if (!seen.has(no)) { layer.remove(); areas.delete(no); }
    }
  }

  /** Draw a line or an area; its outline is fetched once. */
  async function showArea(no, place) {
    if (areas.has(no)) return;
    const line = place.precision === "line";
    const layer = L.geoJSON(null, { interactive: line, style: { className: line ? "vague line" : "vague area" } });
    if (line) {
      layer.bindTooltip(make("span", {}, place.label), { sticky: true });
      layer.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        pick({ n: 2 }, place, no, null, event.latlng);
      });
    }
    areas.set(no, layer.addTo(map));
    try {
      layer.addData(await ask(`/api/places/${no}`, { v: style.version }));
    } catch (error) {
      areas.delete(no);
      layer.remove();
      say(`An outline could not be loaded (${error.message}).`, "retry");
    }
  }

  /* ---- opening ---- */

  function pick(group, place, no, extent, at) {
    if (group.n === 1) return open(group.id, at);
    if (place) return list({ place: no }, place.label, at);
    const [west, south, east, north] = extent;
    const bounds = L.latLngBounds([south, west], [north, east]);
    const zoom = Math.floor(map.getBoundsZoom(bounds.pad(0.3)));
    // Places so close that only street level would part them are listed instead:
    // zooming there would make a city's marker look like a spot.
    if (zoom <= PARTING_ZOOM && zoom > map.getZoom()) return map.setView(bounds.getCenter(), zoom);
    const grow = (value, by) => (value + by).toFixed(5);
    return list({ within: [grow(west, -1e-4), grow(south, -1e-4), grow(east, 1e-4), grow(north, 1e-4)].join(",") },
      "Several places close together", at);
  }

  function showPopup(at, content, pan = true) {
    popup = L.popup({ maxWidth: Math.min(340, map.getSize().x - 96), minWidth: 220,
      maxHeight: Math.max(160, Math.min(330, map.getSize().y - 130)), className: "record", autoPan: pan,
      autoPanPaddingTopLeft: [beside().paddingTopLeft[0], 56], autoPanPaddingBottomRight: [14, 14] })
      .setLatLng(at).setContent(make("div", {}, content)).openOn(map);
  }

  /** List the incidents of one place; choosing one opens it. */
  async function list(where, heading, at) {
    const parameters = filter();
    for (const [name, value] of Object.entries(where)) parameters.set(name, value);
    try {
      const found = await ask("/api/incidents", parameters);
      const items = found.incidents.map((row) => make("li", {},
        make("button", { type: "button", class: "choice", onclick: () => open(row.id, at) },
          miniature(row), make("span", {}, make("b", {}, row.title), make("small", {}, `${row.date}. ${where.within ? `${row.place}. ` : ""}${row.claim}`)))));
      const more = found.total > items.length
        ? make("p", { class: "note" }, `The first ${items.length} of ${found.total}. Filter to see fewer.`) : null;
      showPopup(at, make("div", {}, make("h3", {}, heading), make("p", { class: "note" },
        `${found.total} incident${found.total === 1 ? "" : "s"}. Choose one to read it.`), make("ul", {}, ...items), more ?? ""));
    } catch (error) {
      say(`The list could not be loaded (${error.message}).`, "retry");
    }
  }

  /** Open one incident: its popup here, its record panel beside the map. */
  async function open(id, at, quietly = false, pan = true) {
    try {
      const record = await ask(`/api/incidents/${encodeURIComponent(id)}`, {});
      showPopup(at ?? L.latLng(record.lat, record.lon), recordNode(record, style.categories[record.category]), pan);
      if (!quietly && state.incident !== id) { state.incident = id; tell("open", { id }); }
    } catch (error) {
      say(`This incident could not be loaded (${error.message}).`, "retry");
    }
  }

  /* ---- legend, messages ---- */

  function paintLegend(counts) {
    const line = (picture, text, count) => make("li", {}, picture, make("span", {}, text), make("b", {}, count ?? ""));
    const body = legend.querySelector(".body");
    body.style.maxHeight = `${map.getSize().y - 130}px`;
    body.replaceChildren(
      make("ul", {}, ...Object.entries(style.categories).filter(([id]) => counts[id])
        .map(([id, category]) => line(miniature({ category: id, status: "reported" }), category.label, counts[id]))),
      make("h4", {}, "How sure"),
      make("ul", {}, ...style.looks.map(([look, text]) => line(sample(null, look), text))),
      make("h4", {}, "How exact"),
      make("ul", {}, line(make("i", { class: "key stem" }), "On a stem: at a venue or in a street"),
        line(make("i", { class: "key disc" }), "Disc or area: somewhere inside it")));
  }

  /** Say something over the map: nothing found, an error, or nothing at all. */
  function say(text, action) {
    status.replaceChildren();
    status.hidden = !text;
    if (!text) return;
    const todo = { clear: ["Clear all filters", () => tell("clear")], retry: ["Try again", () => refresh()] }[action];
    status.append(make("p", {}, text));
    if (todo) status.append(make("button", { type: "button", onclick: todo[1] }, todo[0]));
  }

  /* ---- asking the server ---- */

  /** Ask for the viewport and paint it; a newer question calls off an older one. */
  async function refresh() {
    if (!style) return;
    request?.abort();
    request = new AbortController();
    const slow = setTimeout(() => say("Loading …"), 600);
    const bounds = map.getBounds().pad(0.05);
    const wide = bounds.getEast() - bounds.getWest() >= 360;
    const wrap = (lon) => ((((lon + 180) % 360) + 360) % 360) - 180;
    const clamp = (lat) => Math.max(-90, Math.min(90, lat));
    const corners = [wide ? -180 : wrap(bounds.getWest()), clamp(bounds.getSouth()),
      wide ? 180 : wrap(bounds.getEast()), clamp(bounds.getNorth())];
    const parameters = filter();
    parameters.set("viewport", corners.map((value) => value.toFixed(4)).join(","));
    parameters.set("zoom", map.getZoom());
    try {
      const view = await ask("/api/view", parameters, request.signal);
      // An unchanged answer is left as it is drawn: a marker that is being clicked
      // must not be swapped for its like.
      const text = JSON.stringify(view);
      if (text !== painted) paint(view);
      painted = text;
      clearTimeout(slow);
      say(view.total === 0 ? "No incident matches these filters." : "", "clear");
      document.body.dataset.painted = `${view.total}`;
      window.dispatchEvent(new CustomEvent("incidents-painted", { detail: view.total }));
      endTurn();
    } catch (error) {
      clearTimeout(slow);
      if (error.name !== "AbortError") say(`The map could not be loaded (${error.message}).`, "retry");
    }
  }

  /**
   * Tell the server that the markers are on the screen: the rest of the page waits for
   * it (geo/web/turns.py), because the browser would draw that first.
   */
  function endTurn() {
    const name = state.turn;
    state.turn = null;
    if (!name) return;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      // Where it does not get there, the page only waits longer.
      fetch(`/api/turns/${name}`, { method: "POST" }).catch(() => {});
    }));
  }

  /**
   * Follow a drag over time, or the play control: one view after the other, the newest
   * next. Calling each off for the next would paint none while the reader drags.
   */
  let following = false, behind = false;
  async function follow(span) {
    state.window = span;
    behind = true;
    if (following) return;
    following = true;
    while (behind) {
      behind = false;
      await refresh();
    }
    following = false;
  }

  /**
   * Show what a change of filters needs: counts, extent, the bars of time.
   * Whoever fits the view asks for it anew, before the bars are drawn. The counts of
   * a query that has been replaced meanwhile are not shown.
   */
  async function summarise(query, asked, fit) {
    try {
      const summary = await asked;
      if (query !== state.query) return;
      paintLegend(summary.categories);
      if (fit) fitTo(summary.extent);
      const view = fit ? refresh() : null;
      if (fit) drawBasemap();
      window.timeBrush.paint(summary.bins, summary.open_ended, state.query);
      await view;
    } catch (error) {
      say(`The counts could not be loaded (${error.message}).`, "retry");
    }
  }

  /* ---- the view in the page's address ---- */

  const page = () => window.parent;

  function writeView() {
    const address = new URL(page().location.href);
    const centre = map.getCenter().wrap();
    address.searchParams.set("view", `${map.getZoom()}/${centre.lat.toFixed(4)}/${centre.lng.toFixed(4)}`);
    page().history.replaceState(page().history.state, "", address);
  }

  function fitTo(extent) {
    const parameters = new URLSearchParams(page().location.search);
    const view = /^(\d+(?:\.\d+)?)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(parameters.get("view") || "");
    const [zoom, lat, lon] = (view ?? []).slice(1).map(Number);
    if (Number.isFinite(zoom + lat + lon)) return map.setView([lat, lon], zoom, { animate: false });
    const box = (new URLSearchParams(state.query).get("bbox") || "").split(",").map(Number);
    const [west, south, east, north] = box.length === 4 ? box : extent || [-20, 30, 60, 62];
    return map.fitBounds([[south, west], [north, east]], { ...beside(), animate: false });
  }

  /** Room to leave when fitting, so that the open legend hides no marker. */
  function beside() {
    const wide = legend.open && map.getSize().x > 560 ? Math.min(legend.offsetWidth + 16, map.getSize().x * 0.45) : 24;
    return { paddingTopLeft: [wide, 34], paddingBottomRight: [34, 44], maxZoom: 14 };
  }

  /* ---- theme, size ---- */

  function applyTheme(theme) {
    if (theme === state.theme) return;
    state.theme = theme;
    document.documentElement.dataset.theme = theme;
    if (basemap) drawBasemap();
  }

  /** Draw the basemap; at first only when the view is fitted, so that no tile is asked for in vain. */
  function drawBasemap() {
    if (basemap && basemap.theme === state.theme) return;
    basemap?.remove();
    basemap = L.tileLayer(`/basemap/${state.theme}/{z}/{x}/{y}.svg`, { maxZoom: 18, zIndex: 1 }).addTo(map);
    basemap.theme = state.theme;
  }

  /** Take the room the page has: the frame ends where the window does. */
  function resize() {
    const frame = window.frameElement;
    const room = page().innerHeight;
    const phone = page().innerWidth < 640;
    const top = frame.getBoundingClientRect().top + page().scrollY;
    const height = phone ? Math.round(room * 0.72) : Math.max(420, Math.round(room - Math.min(top, room * 0.3) - 18));
    frame.style.setProperty("height", `${height}px`, "important");
    const div = map.getContainer();
    div.style.width = "100%";
    div.style.height = `${height - window.timeBrush.height}px`;
    map.invalidateSize({ animate: false });
  }

  function controls() {
    legend = make("details", { class: "legend leaflet-bar" }, make("summary", {}, "Legend"), make("div", { class: "body" }));
    legend.open = map.getSize().x > 560;
    // A popup needs the room: the open legend steps aside for it on a narrow map.
    let aside = false;
    map.on("popupopen", () => {
      if (legend.open && map.getSize().x < 900) { legend.open = false; aside = true; }
    });
    map.on("popupclose", () => { if (aside) { legend.open = true; aside = false; } });
    const corner = L.Control.extend({ options: { position: "bottomleft" }, onAdd: () => legend });
    new corner().addTo(map);
    L.DomEvent.disableClickPropagation(legend).disableScrollPropagation(legend);
    const tools = make("div", { class: "tools leaflet-bar" },
      make("button", { type: "button", title: "Show all the filters find", onclick: () => refit() }, "Show all"),
      make("button", { type: "button", title: "Filter by what the map now shows", onclick: () => {
        const b = map.getBounds();
        tell("bbox", { bbox: [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((v) => v.toFixed(3)).join(",") });
      } }, "Only this area"));
    if (style.tiles.url) {
      tools.append(make("button", { type: "button", title: `Loads pictures from ${new URL(style.tiles.url, window.location).host}`,
        onclick: () => streets() }, "Street map"));
    }
    const top = L.Control.extend({ options: { position: "topright" }, onAdd: () => tools });
    new top().addTo(map);
    L.DomEvent.disableClickPropagation(tools);
    status = make("div", { class: "status", role: "status", hidden: "" });
    map.getContainer().append(status);
    map.attributionControl.remove();
    credits = make("div", { class: "leaflet-control-attribution" });
    const foot = L.Control.extend({ options: { position: "bottomright" }, onAdd: () => credits });
    new foot().addTo(map);
    giveCredit();
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  }

  /** Say who drew the ground, the streets if they are on, and who reported. */
  function giveCredit() {
    credits.textContent = [style.attribution, tiles ? style.tiles.attribution : "", style.credit].filter(Boolean).join(", ");
  }

  /** Street tiles come from somebody else's server: only by setting or click. */
  function streets() {
    if (tiles) { tiles.remove(); tiles = null; }
    else tiles = L.tileLayer(style.tiles.url, { maxZoom: 19, zIndex: 2 }).addTo(map);
    giveCredit();
  }

  async function refit() {
    const summary = await ask("/api/summary", new URLSearchParams(state.query));
    const [west, south, east, north] = summary.extent || [-20, 30, 60, 62];
    map.fitBounds([[south, west], [north, east]], beside());
  }

  /* ---- what folium and Streamlit call ---- */

  /**
   * Wait for the style sheets, which folium's page does not: a legend without them is
   * as wide as the map, and fitting beside it would zoom in on nothing.
   */
  async function dressed() {
    const own = getComputedStyle(document.documentElement), leaflet = getComputedStyle(map.getContainer());
    const until = performance.now() + 3000;
    while (!(own.getPropertyValue("--paper") && leaflet.overflow === "hidden") && performance.now() < until) {
      await new Promise((again) => setTimeout(again, 4));
    }
  }

  let ready;
  function start(leafletMap) {
    map = leafletMap;
    markers = L.featureGroup().addTo(map);
    areas = new Map();
    ready = Promise.all([ask("/api/style", {}), dressed()]).then(([answer]) => {
      style = answer;
      window.incidentSymbols.use(style.categories);
      controls();
      window.timeBrush.start(map.getContainer(), { preview: follow,
        choose: (span) => tell("dates", span) });
      resize();
      page().addEventListener("resize", resize);
      if (style.tiles.url && style.tiles.default) streets();
      map.on("moveend", () => {
        if (document.body.dataset.painted === undefined) return;
        refresh();
        writeView();
      });
    }).catch((error) => {
      const note = make("div", { class: "status" }, make("p", {}, `The map could not be loaded (${error.message}). Reload the page to try again.`));
      map.getContainer().append(note);
      throw error;
    });
  }

  async function show(token) {
    const text = decodeURIComponent(token.replace(/../g, "%$&"));
    const asked = JSON.parse(text);
    // All is decided before anything is waited for: another call may come meanwhile.
    const first = !state.shown;
    const changed = first || asked.query !== state.query;
    const boxed = new URLSearchParams(asked.query).get("bbox") !== new URLSearchParams(state.query).get("bbox");
    const fit = first || (boxed && asked.query.includes("bbox="));
    const opened = asked.incident && asked.incident !== state.incident;
    Object.assign(state, { shown: true, query: asked.query, incident: asked.incident });
    if (changed) state.turn = asked.turn;
    const count = () => ask("/api/summary", new URLSearchParams(asked.query));
    // Where the view hangs on the counts, the server works while the style is still on
    // its way; else the markers come first, which is what a reader waits for.
    const counts = fit ? count() : null;
    await ready;
    applyTheme(asked.theme);
    if (changed) {
      state.window = null;
      if (first) resize();
      if (!fit) await refresh();
      if (asked.query === state.query) await summarise(asked.query, counts ?? count(), fit);
    }
    if (opened) locate(asked.incident, first);
    if (!asked.incident && popup) map.closePopup(popup);
  }

  /** Bring an incident opened elsewhere (a link, the table) into sight. */
  async function locate(id, first) {
    const record = await ask(`/api/incidents/${encodeURIComponent(id)}`, {}).catch(() => null);
    if (!record || record.lat === null) return;
    const at = L.latLng(record.lat, record.lon);
    const kept = new URLSearchParams(page().location.search).has("view");
    if (!(first && kept) && (!map.getBounds().contains(at) || first)) {
      map.setView(at, Math.max(map.getZoom(), record.zoom), { animate: false });
    }
    // A shared view was noted after the popup had made its room: keep it.
    open(id, at, true, !(first && kept));
  }

  return { start, show };
})();
