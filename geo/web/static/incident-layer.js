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
  const { make, use } = window.incidentSymbols;
  const { boundsOf, markerOf, discOf, areaStyle, spotOf } = window.incidentMarkers;
  const { PARTING_ZOOM } = window.incidentPopups;
  const { addLegend, corner, roomBeside } = window.incidentLegend;
  const { tell } = window.incidentPage;
  const source = window.incidentSource;
  const page = window.incidentPage, ground = window.incidentGround;
  const opening = window.incidentOpening;
  /** What Streamlit says is to be shown, and the dates of a moving window. */
  const state = { query: "", theme: "", shown: false, window: null };
  /** Lines and areas on the map, by the number of their place. */
  const areas = new Map();
  let map, style, markers, legend, status, ready;

  /** The filter now in force: the reader's, with the dates of a moving window. */
  function filter() {
    const parameters = new URLSearchParams(state.query);
    for (const [name, day] of Object.entries(state.window ?? {})) parameters.set(name, day);
    return parameters;
  }

  /** Say something over the map: nothing found, an error, or nothing at all. */
  function say(text, action) {
    status.replaceChildren();
    status.hidden = !text;
    if (!text) return;
    const [words, onclick] = { clear: ["Clear all filters", () => tell("clear")],
      retry: ["Try again", () => refresh()] }[action] ?? [];
    status.append(make("p", {}, text));
    if (words) status.append(make("button", { type: "button", onclick }, words));
  }

  const complain = (what, error) => say(`${what} (${error.message}).`, "retry");

  /* ---- markers, lines, areas ---- */

  /** Replace what is drawn by an answer of the server. */
  function paint(view) {
    markers.clearLayers();
    for (const row of view.groups) {
      const group = Object.fromEntries(view.columns.map((name, i) => [name, row[i]]));
      const place = view.places[group.place] ?? null;
      const marker = markerOf(group, place,
        () => opening.pick(group, place, marker.getLatLng()));
      markers.addLayer(marker);
      const disc = discOf(group, place);
      if (disc) markers.addLayer(disc);
    }
    for (const [number, place] of Object.entries(view.places)) {
      if (place.area) showArea(number, place);
    }
    for (const [number, layer] of areas) {
      if (view.places[number]?.area) continue;
      layer.remove();
      areas.delete(number);
    }
  }

  /** Draw a line or an area; its outline is fetched once. */
  async function showArea(number, place) {
    if (areas.has(number)) return;
    const interactive = place.precision === "line";
    const layer = L.geoJSON(null, { interactive, style: areaStyle(place),
      pointToLayer: spotOf });
    if (interactive) {
      layer.bindTooltip(make("span", {}, place.label), { sticky: true });
      layer.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        opening.list({ place: number }, place.label, event.latlng);
      });
    }
    areas.set(number, layer.addTo(map));
    try {
      layer.addData(await source.place(number, style.version));
    } catch (error) {
      areas.delete(number);
      layer.remove();
      complain("An outline could not be loaded", error);
    }
  }

  /* ---- asking the server ---- */

  /** Ask for the viewport and paint it; a newer question calls off an older one. */
  let request, painted;
  async function refresh() {
    if (!style) return;
    request?.abort();
    request = new AbortController();
    const slow = setTimeout(() => say("Loading …"), 600);
    const parameters = filter();
    parameters.set("viewport", page.viewportOf(map));
    parameters.set("zoom", map.getZoom());
    try {
      const view = await source.view(parameters, request.signal);
      // An unchanged answer is left as it is drawn: a marker that is being clicked
      // must not be swapped for its like.
      const text = JSON.stringify(view);
      if (text !== painted) paint(view);
      painted = text;
      clearTimeout(slow);
      say(view.total === 0 ? "No incident matches these filters." : "", "clear");
      document.body.dataset.painted = `${view.total}`;
      window.dispatchEvent(new CustomEvent("incidents-painted", { detail: view.total }));
      if (state.turn) page.endTurn(state.turn);
      state.turn = null;
    } catch (error) {
      clearTimeout(slow);
      if (error.name !== "AbortError") complain("The map could not be loaded", error);
    }
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
      window.incidentLegend.paint(map, legend, { ...style, counts: summary.categories });
      if (fit) fitTo(summary.extent);
      const view = fit ? refresh() : null;
      if (fit) ground.drawBasemap(state.theme);
      window.timeBrush.paint(summary.bins, summary.open_ended, state.query);
      await view;
    } catch (error) {
      complain("The counts could not be loaded", error);
    }
  }

  /* ---- the view ---- */

  const fitting = () => ({ paddingTopLeft: [roomBeside(map, legend), 34],
    paddingBottomRight: [34, 44], maxZoom: PARTING_ZOOM });

  /** Show the view of the address, else that of the map's maker, else what is shown. */
  function fitTo(extent) {
    const [zoom, ...at] = page.readView() ?? [];
    if (at.length) return map.setView(at, zoom, { animate: false });
    const { lat, lon, zoom: first } = style.view ?? {};
    if (!state.query && first !== undefined) return map.setView([lat, lon], first, { animate: false });
    const box = (new URLSearchParams(state.query).get("bbox") ?? "").split(",").map(Number);
    const bounds = boundsOf(box.length === 4 ? box : extent);
    return map.fitBounds(bounds, { ...fitting(), animate: false });
  }

  async function refit() {
    const { extent } = await source.summary(state.query);
    map.fitBounds(boundsOf(extent), fitting());
  }

  function controls() {
    legend = addLegend(map);
    const button = (words, title, onclick) =>
      make("button", { type: "button", title, onclick }, words);
    const { url } = style.tiles;
    corner(map, "topright", make("div", { class: "tools leaflet-bar" },
      button("Show all", "Show all the filters find", refit),
      button("Only this area", "Filter by what the map now shows", () => {
        const b = map.getBounds();
        const box = [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()];
        tell("bbox", { bbox: box.map((value) => value.toFixed(3)).join(",") });
      }),
      url && button("Street map", `Loads pictures from ${new URL(url, window.location).host}`,
        ground.toggleStreets)));
    status = make("div", { class: "status", role: "status", hidden: "" });
    map.getContainer().append(status);
    ground.start(map, style);
    opening.start(map, { legend, filter, complain });
  }

  /* ---- what folium and Streamlit call ---- */

  function start(leafletMap) {
    map = leafletMap;
    markers = L.featureGroup().addTo(map);
    ready = Promise.all([source.style(), page.dressed(map)]).then(([answer]) => {
      style = answer;
      use(style.categories);
      controls();
      const choose = (span) => tell("dates", span);
      window.incidentPanel.start(map);
      window.timeBrush.start(map.getContainer(), { preview: follow, choose });
      takeRoom();
      page.onResize(takeRoom);
      map.on("moveend", () => {
        if (document.body.dataset.painted === undefined) return;
        refresh();
        page.writeView(map);
      });
    }).catch((error) => {
      const words = `The map could not be loaded (${error.message}). `
        + "Reload the page to try again.";
      map.getContainer().append(make("div", { class: "status" }, make("p", {}, words)));
      throw error;
    });
  }

  const takeRoom = () => page.takeRoom(map);

  function applyTheme(theme) {
    if (theme === state.theme) return;
    state.theme = theme;
    document.documentElement.dataset.theme = theme;
    ground.follow(theme);
  }

  async function show(token) {
    const text = decodeURIComponent(token.replace(/../g, "%$&"));
    const asked = JSON.parse(text);
    // All is decided before anything is waited for: another call may come meanwhile.
    const turned = source.turnTo(asked.preview ?? "");
    document.documentElement.dataset.preview = asked.preview ? "yes" : "no";
    const first = !state.shown || turned;
    const changed = first || asked.query !== state.query;
    const boxOf = (query) => new URLSearchParams(query).get("bbox");
    const boxed = boxOf(asked.query) && boxOf(asked.query) !== boxOf(state.query);
    const fit = first || Boolean(boxed);
    const isNews = opening.isNews(asked.incident);
    Object.assign(state, { shown: true, query: asked.query });
    if (changed) state.turn = asked.turn;
    const count = () => source.summary(asked.query);
    // Where the view hangs on the counts, the server works while the style is still on
    // its way; else the markers come first, which is what a reader waits for.
    const counts = fit ? count() : null;
    await ready;
    if (turned) {
      style = await source.style();
      use(style.categories);
      for (const layer of areas.values()) layer.remove();
      areas.clear();
      painted = undefined;
    }
    applyTheme(asked.theme);
    if (changed) {
      state.window = null;
      if (first) takeRoom();
      if (!fit) await refresh();
      if (asked.query === state.query) await summarise(asked.query, counts ?? count(), fit);
    }
    if (isNews) opening.locate(asked.incident, first);
    if (!asked.incident) opening.close();
  }

  return { start, show };
})();
