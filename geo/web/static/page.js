/*
 * The page around the map's frame: what the map tells Streamlit, reads from and writes
 * into the page's address, and how much room it takes.
 */
"use strict";

window.incidentPage = (() => {
  /** The window whose address and size count: Streamlit's, or own-page.js says which. */
  const page = () => window.incidentHost ?? window.parent;
  /** Up to this width in pixels the frame is laid out as on a phone (panel.css). */
  const PHONE_PX = 700;
  /** The least height of the frame on a phone: what stands on the map needs it. */
  const LEAST_PX = 540;

  /** The window that is printed, shared and filled. */
  const host = page;

  /** The address that shows this view to others. */
  const shareAddress = () => page().location.href;
  /** Where the map for other pages is, beside the page. */
  const EMBEDDED = "embed";

  /** Whether a preview is shown, which has no filters and no place in the address. */
  const isPreview = () => document.documentElement.dataset.preview === "yes";

  /**
   * Tell Streamlit what is shown: the filters as the `query` of an address, and the `id` of
   * the open incident. The count makes each message new.
   *
   * streamlit-folium tells it of every click on a layer as well, a quarter of a second
   * later, and Streamlit may then never hear of the first message. So it is made to
   * believe that it has told ours already.
   */
  let told = 0;
  function tell({ id, query }) {
    if (isPreview()) return;
    told += 1;
    const feature = { type: "Feature", id, geometry: null, properties: { told, id, query } };
    const value = { last_active_drawing: feature };
    Object.assign(window.__GLOBAL_DATA__ ?? {}, value, { previous_data: value });
    window.Streamlit.setComponentValue(value);
  }

  /**
   * Tell the server that the markers are on the screen: the rest of the page waits for
   * it (geo/web/turns.py), because the browser would draw that first.
   */
  function endTurn(name) {
    requestAnimationFrame(() => requestAnimationFrame(() => {
      // Where it does not get there, the page only waits longer.
      fetch(`/api/turns/${name}`, { method: "POST" }).catch(() => {});
    }));
  }

  /**
   * What is in sight, as the server takes it (degrees), and around it a `margin`: that
   * share of its width and height. Degrees have so many `digits`.
   */
  function viewportOf(map, margin, digits = 4) {
    const bounds = map.getBounds().pad(margin);
    const isWhole = bounds.getEast() - bounds.getWest() >= 360;
    const clamp = (lat) => Math.max(-90, Math.min(90, lat));
    const corners = [isWhole ? -180 : bounds.getSouthWest().wrap().lng,
      clamp(bounds.getSouth()),
      isWhole ? 180 : bounds.getNorthEast().wrap().lng, clamp(bounds.getNorth())];
    return corners.map((value) => value.toFixed(digits)).join(",");
  }

  /** The view that the address names in a part of it, as zoom, lat, lon in degrees; or null. */
  function readView(part = page().location.search) {
    if (isPreview()) return null;
    const written = new URLSearchParams(part).get("view") ?? "";
    const view = /^(\d+(?:\.\d+)?)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(written);
    const numbers = (view ?? []).slice(1).map(Number);
    return view && numbers.every(Number.isFinite) ? numbers : null;
  }

  /** Whether the address names a view at all, readable or not. */
  const hasView = () => new URLSearchParams(page().location.search).has("view");

  function writeView(map) {
    if (isPreview()) return;
    const address = new URL(page().location.href);
    const { lat, lng } = map.getCenter().wrap();
    const view = `${map.getZoom()}/${lat.toFixed(4)}/${lng.toFixed(4)}`;
    address.searchParams.set("view", view);
    page().history.replaceState(page().history.state, "", address);
  }

  /**
   * Say in words what the frame holds, for which Streamlit has the name of a program; and
   * let readers zoom in on it, which folium's page forbids.
   */
  function nameFrame(words) {
    window.frameElement.title = words;
    document.title = words;
    for (const meta of document.querySelectorAll("meta[name='viewport']")) {
      meta.content = "width=device-width, initial-scale=1";
    }
  }

  /** Let the map jump where a reader has asked for less motion; else it glides. */
  function holdStill(map) {
    if (!window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    map.options.inertia = false;
    map._zoomAnimated = false;
    const glide = map.panBy;
    map.panBy = (by, options) => glide.call(map, by, { ...options, animate: false });
  }

  /** Whether the browser lets the map fill the screen; a phone's may not. */
  const canFillScreen = () => Boolean(page().document.fullscreenEnabled);

  /** Let the map fill the screen, or leave it again. */
  function fillScreen() {
    if (page().document.fullscreenElement) page().document.exitFullscreen();
    else window.frameElement.requestFullscreen();
  }

  /** Take the room the page has: the frame ends where the window does. */
  function takeRoom(map) {
    const frame = window.frameElement;
    const room = page().innerHeight;
    const top = frame.getBoundingClientRect().top + page().scrollY;
    const isFull = page().document.fullscreenElement === frame;
    const isNarrow = frame.clientWidth <= PHONE_PX;
    const least = isNarrow ? Math.max(room * 0.72, LEAST_PX) : 420;
    const height = isFull ? room
      : Math.round(Math.max(least, room - Math.min(top, room * 0.3) - 18));
    frame.style.setProperty("height", `${height}px`, "important");
    const both = map.getContainer().parentNode;
    both.classList.add("frame");
    both.style.setProperty("--room", `${height}px`);
    map.invalidateSize({ animate: false });
  }

  /** Call a function when the page's window changes its size. */
  const onResize = (call) => page().addEventListener("resize", call);

  /**
   * Wait for the style sheets, which folium's page does not: a legend without them is
   * as wide as the map, and fitting beside it would zoom in on nothing.
   */
  async function dressed(map) {
    const own = getComputedStyle(document.documentElement);
    const leaflet = getComputedStyle(map.getContainer());
    const until = performance.now() + 3000;
    const isDressed = () =>
      own.getPropertyValue("--paper") && leaflet.overflow === "hidden";
    while (!isDressed() && performance.now() < until) {
      await new Promise((again) => setTimeout(again, 4));
    }
  }

  return { tell, endTurn, viewportOf, readView, hasView, writeView, nameFrame, holdStill,
    canFillScreen, fillScreen, takeRoom, onResize, dressed, host, shareAddress, EMBEDDED };
})();
