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
  const { markerOf, boxOf, discOf, areaStyle, spotOf } = window.incidentMarkers;
  const { follow, canonical } = window.incidentEcho;
  const source = window.incidentSource, filters = window.incidentFilters;
  const page = window.incidentPage, ground = window.incidentGround;
  const views = window.incidentViews, shelf = window.incidentShelf;
  const opening = window.incidentOpening, panel = window.incidentPanel;
  /** What is shown: the filters, and over them the dates of a moving window. */
  const state = { query: "", theme: "", shown: false, window: null };
  /** What Streamlit says of the same; nothing is open until it says so. */
  const said = { query: follow(), incident: follow("") };
  /** The share of the view around it that is drawn too, against gaps while it moves. */
  const MARGIN = 0.05;
  /** Outlines that are asked for together; the server tells no more than a hundred. */
  const AT_ONCE = 60;
  /** How much of the map a bend of a line takes. */
  const BEND = { iconSize: [6, 6], iconAnchor: [3, 3] };
  /** Lines and areas on the map, by the number of their place; outlines that are known. */
  const areas = new Map(), outlines = new Map();
  let map, style, markers, status, ready;

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
    const [words, onclick] = { clear: ["Clear all filters", clear],
      retry: ["Try again", () => refresh()] }[action] ?? [];
    status.append(make("p", {}, text));
    if (words) status.append(make("button", { type: "button", onclick }, words));
  }

  const complain = (what, error) => say(`${what} (${error.message}).`, "retry");

  /* ---- markers, lines, areas ---- */

  /** Change the markers while they are out of the page, which spares it each step. */
  function repaintMarkers(change) {
    const pane = map.getPane("markerPane"), { parentNode: around, nextSibling: next } = pane;
    pane.remove();
    change();
    around.insertBefore(pane, next);
  }

  /** Replace what is drawn by an answer of the server. */
  function paint(view) {
    repaintMarkers(() => {
      markers.clearLayers();
      showMarkers(view);
    });
    showPlaces(view);
    shelf.paint(view.shelf, view.further);
    window.incidentTools.tellOutside(view.outside);
  }

  function showMarkers(view) {
    for (const row of view.groups) {
      const group = Object.fromEntries(view.columns.map((name, i) => [name, row[i]]));
      group.mix = group.mix.map((part, i) => (i % 2 ? part : view.categories[part]));
      const place = view.places[group.place] ?? null;
      for (const lon of views.copiesOf(group.lon)) {
        const marker = markerOf({ ...group, lon }, place,
          () => opening.pick(group, place, marker.getLatLng()));
        markers.addLayer(marker);
      }
    }
  }

  /** Draw lines, areas and discs; what is drawn already and still in sight stays. */
  function showPlaces(view) {
    for (const [number, layer] of areas) {
      if (view.places[number]?.area && layer.meridian === views.middle()) continue;
      layer.remove();
      areas.delete(number);
    }
    const drawn = Object.entries(view.places);
    for (const [, place] of drawn) if (place.at && !place.area) showDisc(place);
    for (const [lon, lat, radius_m] of view.discs) showDisc({ at: [lon, lat], radius_m });
    showAreas(drawn.filter(([number, place]) => place.area && !areas.has(number)));
  }

  /** Draw the disc of a vague place, also where it shares a marker with others. */
  function showDisc(place) {
    const [at, lat] = place.at;
    for (const lon of views.copiesOf(at)) {
      const disc = discOf({ lon, lat }, place);
      if (disc) markers.addLayer(disc);
    }
  }

  /** Draw lines and areas; outlines that are not known yet are fetched together. */
  async function showAreas(places) {
    const drawn = places.map(([number, place]) => [number, emptyArea(number, place)]);
    try {
      await learnOutlines(places.map(([number]) => number));
      for (const [number, layer] of drawn) layer.addData(outlines.get(number));
      shelf.stepAside();
    } catch (error) {
      for (const [number, layer] of drawn) {
        if (areas.get(number) === layer) areas.delete(number);
        layer.remove();
      }
      complain("An outline could not be loaded", error);
    }
  }

  /** Ask for the outlines that are not known of some places, a few dozen at a time. */
  async function learnOutlines(numbers) {
    const unknown = numbers.filter((number) => !outlines.has(number));
    for (let i = 0; i < unknown.length; i += AT_ONCE) {
      const asked = unknown.slice(i, i + AT_ONCE);
      const told = await source.outlines(asked, style.version);
      asked.forEach((number, at) => outlines.set(number, told[at]));
    }
  }

  /** Put a line or an area on the map whose outline is still to come. */
  function emptyArea(number, place) {
    const interactive = place.precision === "line";
    const meridian = views.middle();
    const layer = L.geoJSON(null, { interactive, style: areaStyle(place),
      pointToLayer: spotOf, coordsToLatLng: views.around(meridian) });
    layer.meridian = meridian;
    if (interactive) {
      layer.bindTooltip(make("span", {}, place.label), { sticky: true });
      layer.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        opening.list({ place: number }, place.label, event.latlng);
      });
    }
    areas.set(number, layer.addTo(map));
    return layer;
  }

  /** The boxes, in pixels of the map, of what stands on the ground: markers, bends of lines. */
  function marks() {
    const icons = markers.getLayers().filter(({ options }) => options.icon);
    const bends = [...areas.values()].filter(({ options }) => options.interactive)
      .flatMap((layer) => layer.getLayers().flatMap((line) => line.getLatLngs?.().flat(2) ?? []));
    return [...icons.map((marker) => boxOf(map, marker.getLatLng(), marker.options.icon.options)),
      ...bends.map((spot) => boxOf(map, spot, BEND))];
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
    parameters.set("viewport", page.viewportOf(map, MARGIN));
    parameters.set("zoom", map.getZoom());
    try {
      const view = await source.view(parameters, request.signal);
      // An unchanged answer is left as it is drawn: a marker that is being clicked
      // must not be swapped for its like.
      const text = JSON.stringify(view);
      if (text !== painted) paint(view);
      painted = text;
      shelf.stepAside();
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
  async function move(span) {
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
      if (fit) views.showFirst(summary, query, style.view);
      const view = fit ? refresh() : null;
      filters.paint(summary, query);
      window.timeBrush.paint(summary.bins, summary.open_ended, state.query);
      await view;
      // The ground comes after the markers, however long they take.
      if (fit) ground.drawBasemap(state.theme);
    } catch (error) {
      complain("The counts could not be loaded", error);
    }
  }

  /* ---- what the reader chooses in the frame ---- */

  /**
   * Filter by another query: first the markers, then Streamlit hears of it, then come the
   * counts.
   */
  async function adopt(query) {
    Object.assign(state, { query: canonical(query), window: null });
    const chosen = state.query;
    filters.press(chosen);
    await refresh();
    if (chosen !== state.query) return;
    report();
    await summarise(chosen, source.summary(chosen), false);
  }

  /**
   * Tell Streamlit all that the frame shows, whatever the reader did to it: of several
   * messages it may hear only the last.
   */
  function report() {
    const id = opening.openedId() ?? "";
    said.query.tell(state.query);
    said.incident.tell(id);
    page.tell({ id, query: state.query });
  }

  /** Filter by these values of each of some filters; none takes the filter off. */
  function choose(filters) {
    const parameters = new URLSearchParams(state.query);
    for (const [name, chosen] of Object.entries(filters)) {
      parameters.delete(name);
      for (const value of chosen) parameters.append(name, value);
    }
    return adopt(parameters);
  }

  const clear = () => adopt("");

  /** Light the marker of an incident of the list, by its id; null puts the light out. */
  function light(id) {
    for (const lit of map.getPane("markerPane").querySelectorAll(".lit")) {
      lit.classList.remove("lit");
    }
    const incident = id === null ? null : panel.listed(id);
    if (!incident || incident.lat === null) return;
    const at = map.latLngToLayerPoint([incident.lat, incident.lon]);
    const away = (marker) => map.latLngToLayerPoint(marker.getLatLng()).distanceTo(at);
    const near = markers.getLayers().filter((layer) => layer.getElement && layer.options.icon)
      .sort((one, other) => away(one) - away(other));
    near[0]?.getElement()?.classList.add("lit");
  }

  /* ---- the view ---- */

  async function showAll() {
    views.showAll(await source.summary(state.query));
  }

  /** Show what the address names, or what comes first of what is filtered. */
  async function showFirst() {
    const { query } = state;
    try {
      views.showFirst(await source.summary(`${query}&focus=yes`), query, style.view);
    } catch (error) {
      complain("The map could not be loaded", error);
    }
  }

  function controls() {
    window.incidentTools.start(map, { showAll, style: () => style,
      query: () => filter().toString(),
      only: (bbox) => choose({ bbox: [bbox] }) });
    shelf.start(map, { list: opening.list, marks,
      outline: async (number) => {
        await learnOutlines([`${number}`]);
        return outlines.get(`${number}`);
      } });
    status = make("div", { class: "status", role: "status", hidden: "" });
    map.getContainer().append(status);
    ground.start(map, style);
    opening.start(map, { filter, complain, changed: report });
  }

  /* ---- what folium and Streamlit call ---- */

  function start(leafletMap) {
    map = leafletMap;
    page.nameFrame("Map of incidents, with a list of them");
    views.start(map);
    page.holdStill(map);
    window.addEventListener("message", followTheme);
    map.getContainer().setAttribute("role", "region");
    map.getContainer().setAttribute("aria-label", "Map");
    markers = L.layerGroup().addTo(map);
    ready = Promise.all([source.style(), page.dressed(map)]).then(([answer]) => {
      style = answer;
      panel.start(map, { choose, clear, light, showAll, asked, style: () => style,
        open: (id) => opening.open(id), close: () => opening.close(),
        leave: () => opening.close(true) });
      wear();
      controls();
      window.timeBrush.start(map.getContainer(), { preview: move,
        choose: ({ from, to }) => choose({ from: [from], to: [to] }) });
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

  function takeRoom() {
    page.takeRoom(map);
    views.limitZoom();
  }

  /** Take on the style that the server has told. */
  function wear() {
    use(style.categories);
    filters.use(style);
  }

  /** What the list is asked by: the filter in force, and exactly what is in sight. */
  function asked() {
    const parameters = filter();
    parameters.set("viewport", page.viewportOf(map, 0));
    parameters.set("zoom", map.getZoom());
    return parameters;
  }

  function applyTheme(theme) {
    if (theme === state.theme) return;
    state.theme = theme;
    document.documentElement.dataset.theme = theme;
    ground.follow(theme);
  }

  /** Streamlit tells its components of another theme at once, and runs no script for it:
   * their texts would change colour on a panel that does not. */
  function followTheme({ data }) {
    const theme = data?.type === "streamlit:render" ? data.theme?.base : undefined;
    if (state.shown && (theme === "light" || theme === "dark")) applyTheme(theme);
  }

  async function show(token) {
    const text = decodeURIComponent(token.replace(/../g, "%$&"));
    const told = JSON.parse(text);
    const query = canonical(told.query), incident = told.incident ?? "";
    // All is decided before anything is waited for: another call may come meanwhile.
    const turned = source.turnTo(told.preview ?? "");
    document.documentElement.dataset.preview = told.preview ? "yes" : "no";
    const first = !state.shown || turned;
    const isNews = said.query.isNews(query) || first;
    const changed = first || (isNews && query !== state.query);
    const boxOf = (one) => new URLSearchParams(one).get("bbox");
    const boxed = changed && boxOf(query) && boxOf(query) !== boxOf(state.query);
    const fit = first || Boolean(boxed);
    const opens = said.incident.isNews(incident);
    if (changed) Object.assign(state, { shown: true, query, window: null, turn: told.turn });
    else if (told.turn && told.turn !== state.lastTurn) page.endTurn(told.turn);
    state.lastTurn = told.turn;
    // Whoever fits the view asks where most of it is.
    const count = () => source.summary(fit ? `${query}&focus=yes` : query);
    // Where the view hangs on the counts, the server works while the style is still on
    // its way; else the markers come first, which is what a reader waits for.
    const counts = fit ? count() : null;
    // What goes wrong meanwhile is told where they are waited for, below.
    counts?.catch(() => {});
    await ready;
    if (turned) {
      style = await source.style();
      wear();
      opening.follow();
      for (const layer of areas.values()) layer.remove();
      areas.clear();
      outlines.clear();
      painted = undefined;
    }
    applyTheme(told.theme);
    if (changed) {
      if (first) takeRoom();
      if (!fit) await refresh();
      if (query === state.query) await summarise(query, counts ?? count(), fit);
    }
    if (opens && incident && incident !== opening.openedId()) opening.locate(incident, first);
    if (opens && !incident) opening.follow();
  }

  return { start, show, showFirst, light, openIncident: (id) => opening.open(id),
    map: () => map, query: () => state.query };
})();
