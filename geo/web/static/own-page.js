/*
 * The page around the map where Streamlit is not: an embedded map, or a published site.
 * What the reader does goes into the page's own address, so that a link shows the same,
 * and what the address says goes into the map.
 */
"use strict";

window.incidentHost = window;

window.incidentPage = (() => {
  const FILTERS = ["category", "status", "precision", "country", "source", "from", "to",
    "dates", "q", "bbox"];
  const shared = window.incidentPage;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let isEmbedded = false;

  /** The filters and the open incident that an address names. */
  function read() {
    const asked = new URLSearchParams(window.location.search);
    const query = new URLSearchParams(
      [...asked].filter(([name, value]) => FILTERS.includes(name) && value));
    return { query: query.toString(), incident: asked.get("incident") };
  }

  /** Show what is asked for: hex digits of JSON, as Streamlit would send it. */
  function show(asked) {
    const theme = dark.matches ? "dark" : "light";
    const bytes = new TextEncoder().encode(JSON.stringify({ ...asked, theme, turn: "" }));
    const token = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return window.incidentLayer.show(token);
  }

  /** Write what is shown into the address: filters, the open incident, the view stays. */
  function write(query, incident) {
    const address = new URL(window.location.href);
    const view = address.searchParams.get("view");
    address.search = query;
    if (incident) address.searchParams.set("incident", incident);
    if (view) address.searchParams.set("view", view);
    if (`${address}` === `${window.location}`) return;
    // A record is a place to come back from; a filter or a move of the map is not.
    const isOther = incident !== (read().incident ?? "");
    window.history[isOther ? "pushState" : "replaceState"](null, "", address);
  }

  /** Hear what the reader did in the map. What the map does not do itself is done here. */
  function tell(action, properties = {}) {
    const query = new URLSearchParams(window.incidentLayer.query());
    if (action === "bbox") query.set("bbox", properties.bbox);
    write(query.toString(), properties.id ?? "");
    // The map expects to be told what it said, as Streamlit does.
    show(read());
    window.dispatchEvent(new CustomEvent("incidents-asked"));
  }

  /** The map takes the window, below what stands above it. */
  function takeRoom(map) {
    const both = map.getContainer().parentNode;
    both.classList.add("frame");
    const top = both.getBoundingClientRect().top + window.scrollY;
    const height = Math.max(isEmbedded ? 240 : 420, window.innerHeight - top);
    both.style.setProperty("--room", `${Math.floor(height)}px`);
    map.invalidateSize({ animate: false });
  }

  /** Show the map by the address, and again when the reader goes back or forth. */
  function begin() {
    isEmbedded = document.documentElement.dataset.embedded === "yes";
    show(read());
    window.addEventListener("popstate", () => show(read()));
    dark.addEventListener("change", () => show(read()));
  }

  /** Let the map fill the screen, or leave it again. */
  function fillScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  }

  /** Others are shown the whole map, not the frame that it may be in. */
  function shareAddress() {
    if (!isEmbedded) return window.location.href;
    const whole = new URL(document.querySelector(".embedded-title a").href);
    whole.search = window.location.search;
    return whole.href;
  }

  return { ...shared, tell, takeRoom, fillScreen, shareAddress, endTurn: () => {},
    nameFrame: () => {}, read, show, begin,
    EMBEDDED: document.documentElement.dataset.embed ?? shared.EMBEDDED };
})();
